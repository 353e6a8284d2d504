import type { Alert, AlertSink } from '../model/alert.ts';
import { formatDuration } from '../model/duration.ts';
import { messageOf } from '../model/failure.ts';
import type { Labels } from '../model/labels.ts';
import type { Clock, Log } from '../model/ports.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { MemorySeries } from '../promql/memory-series.ts';
import type { RuleGroup } from '../ruler/rule.ts';
import { createRuler, type Ruler } from '../ruler/ruler.ts';
import { createSampleWriters } from '../ruler/sample-writers.ts';
import { createMemoryAlertState } from '../ruler/saved-alert.ts';
import { checkSamples } from './check-samples.ts';
import { compareAlerts } from './compare-alerts.ts';
import { InputSeries } from './input-series.ts';
import type { RuleTestFile, TestGroup } from './rule-test-file.ts';
import type { TestFailure } from './test-failure.ts';

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT };

/** What a test runs with. */
export interface TestSurroundings {
  /** Stands at the time of each evaluation. */
  readonly clock: Clock;
  /** Takes the alerts. */
  readonly sink: AlertSink;
  readonly externalLabels: Labels;
  readonly externalUrl: string;
}

/** One entry of `tests` at work: its series appear as time passes, its rules are evaluated on them. */
export class TestRun {
  /** ms since the epoch. */
  readonly start: number;
  readonly series = new MemorySeries();
  readonly #file: RuleTestFile;
  readonly #index: number;
  readonly #test: TestGroup;
  readonly #ruler: Ruler;
  readonly #inputs: InputSeries;
  readonly #failures: TestFailure[] = [];

  constructor(file: RuleTestFile, index: number, test: TestGroup, surroundings: TestSurroundings) {
    this.#file = file;
    this.#index = index;
    this.#test = test;
    this.start = test.start_timestamp ?? 0;
    this.#ruler = this.#createRuler(surroundings);
    // 0 is as good as none.
    const interval = test.interval || file.evaluation_interval;
    this.#inputs = new InputSeries(this.series, interval, this.start);
  }

  /** What was not as expected so far. */
  get failures(): readonly TestFailure[] {
    return this.#failures;
  }

  /** Pending and firing ones, and those that ended lately. */
  get alerts(): readonly Alert[] {
    return this.#ruler.alerts();
  }

  /** How long after the start the last thing happens that rules are tested for, ms. */
  get lastTime(): number {
    const times = [...(this.#test.alert_rule_test ?? []), ...(this.#test.promql_expr_test ?? [])];
    return Math.max(0, ...times.map(({ eval_time }) => eval_time));
  }

  /** How long after the start the last value of the input is, ms. */
  get inputEnd(): number {
    return this.#inputs.end - this.start;
  }

  /** Takes the input and the rules; false when the test cannot run. */
  begin(groups: readonly RuleGroup[]): boolean {
    if (!this.#takeInput() || !this.#namesAlerts()) return false;
    this.#ruler.load(groups);
    return true;
  }

  /** Evaluates all groups so long after the start, ms, and checks what fires; false when a rule failed. */
  evaluate(elapsed: number): boolean {
    const now = this.start + elapsed;
    this.#inputs.advance(now);
    for (const { id } of this.#ruler.status()) this.#ruler.evaluateGroup(id, now);
    if (this.#ruleFailed(elapsed)) return false;
    this.#checkAlerts(elapsed, elapsed + this.#file.evaluation_interval);
    return true;
  }

  /** False when a series cannot be read; one of native histograms is left out and reported. */
  #takeInput(): boolean {
    for (const [at, { series, values }] of (this.#test.input_series ?? []).entries()) {
      try {
        this.#inputs.add(series, values);
      } catch (error) {
        this.fail(['input_series', at], `series ${series}: ${messageOf(error)}`);
        if (!values.includes('{{')) return false;
      }
    }
    return true;
  }

  #namesAlerts(): boolean {
    const nameless = (this.#test.alert_rule_test ?? []).findIndex(({ alertname }) => alertname === '');
    if (nameless >= 0) this.fail(['alert_rule_test', nameless], 'the test has no alertname');
    return nameless < 0;
  }

  #createRuler({ clock, sink, externalLabels, externalUrl }: TestSurroundings): Ruler {
    return createRuler({
      reader: this.series,
      writers: createSampleWriters((samples) => this.series.append(samples)),
      refreshMs: 0,
      restoreGraceMs: 0,
      clock,
      sink,
      evidence: { missingSince: () => undefined, missing: () => [], wasRead: () => undefined },
      store: createMemoryAlertState(),
      externalLabels,
      externalUrl: () => externalUrl,
      redact: (text) => text,
      defaultIntervalMs: this.#file.evaluation_interval,
      log: SILENT,
      metrics: NO_METRICS,
    });
  }

  #ruleFailed(elapsed: number): boolean {
    const bad = this.#ruler.status().flatMap(({ rules }) => rules.filter(({ health }) => health === 'err'));
    for (const { name, lastError } of bad)
      this.fail([], `rule ${name} at ${formatDuration(elapsed)}: ${lastError}`);
    return bad.length > 0;
  }

  #checkAlerts(from: number, to: number): void {
    const firing = this.#ruler.alerts().filter(({ state }) => state === 'firing');
    for (const [at, test] of (this.#test.alert_rule_test ?? []).entries()) {
      if (test.eval_time < from || test.eval_time >= to) continue;
      const own = firing.filter((alert: Alert) => alert.labels['alertname'] === test.alertname);
      const difference = compareAlerts(test, own);
      if (difference.length === 0) continue;
      const where = `${test.alertname} at ${formatDuration(test.eval_time)}`;
      const counts = `${test.exp_alerts.length} expected, ${own.length} firing`;
      this.fail(['alert_rule_test', at], `${where}: ${counts}`, difference);
    }
  }

  /** Asks what the test asks, once all was evaluated. */
  checkExpressions(): void {
    for (const [at, test] of (this.#test.promql_expr_test ?? []).entries()) {
      const time = this.start + test.eval_time;
      const found = checkSamples(test, this.series, time, this.#file);
      if (found === undefined) continue;
      const where = `${test.expr.trim()} at ${formatDuration(test.eval_time)}`;
      this.fail(['promql_expr_test', at], `${where}: ${found.problem}`, found.difference);
    }
  }

  /** Notes down what is not as a part of the test expects it. */
  fail(path: readonly (string | number)[], problem: string, difference: readonly string[] = []): void {
    const line = this.#file.lineOf(['tests', this.#index, ...path]);
    this.#failures.push({ line, problem, difference });
  }
}
