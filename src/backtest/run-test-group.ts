import type { Alert } from '../model/alert.ts';
import { formatDuration } from '../model/duration.ts';
import { messageOf } from '../model/failure.ts';
import type { Log } from '../model/ports.ts';
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
import { SteppedClock } from './stepped-clock.ts';
import type { TestFailure } from './test-failure.ts';

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT };

/** Runs one entry of `tests`; returns what was not as expected. */
export function runTestGroup(
  file: RuleTestFile,
  index: number,
  groups: readonly RuleGroup[],
): readonly TestFailure[] {
  const test = file.tests?.[index];
  return test === undefined ? [] : new TestRun(file, index, test).run(groups);
}

class TestRun {
  readonly #file: RuleTestFile;
  readonly #index: number;
  readonly #test: TestGroup;
  readonly #start: number;
  readonly #series = new MemorySeries();
  readonly #clock: SteppedClock;
  readonly #inputs: InputSeries;
  readonly #failures: TestFailure[] = [];

  constructor(file: RuleTestFile, index: number, test: TestGroup) {
    this.#file = file;
    this.#index = index;
    this.#test = test;
    this.#start = test.start_timestamp ?? 0;
    this.#clock = new SteppedClock(this.#start);
    // 0 is as good as none.
    const interval = test.interval || file.evaluation_interval;
    this.#inputs = new InputSeries(this.#series, interval, this.#start);
  }

  run(groups: readonly RuleGroup[]): readonly TestFailure[] {
    if (!this.#takeInput() || !this.#namesAlerts()) return this.#failures;
    if (this.#evaluateAll(this.#createRuler(groups))) this.#checkExpressions();
    return this.#failures;
  }

  /** False when a series cannot be read; one of native histograms is left out and reported. */
  #takeInput(): boolean {
    for (const [at, { series, values }] of (this.#test.input_series ?? []).entries()) {
      try {
        this.#inputs.add(series, values);
      } catch (error) {
        this.#fail(['input_series', at], `series ${series}: ${messageOf(error)}`);
        if (!values.includes('{{')) return false;
      }
    }
    return true;
  }

  #namesAlerts(): boolean {
    const nameless = (this.#test.alert_rule_test ?? []).findIndex(({ alertname }) => alertname === '');
    if (nameless >= 0) this.#fail(['alert_rule_test', nameless], 'the test has no alertname');
    return nameless < 0;
  }

  #createRuler(groups: readonly RuleGroup[]): Ruler {
    const ruler = createRuler({
      reader: this.#series,
      writers: createSampleWriters((samples) => this.#series.append(samples)),
      refreshMs: 0,
      restoreGraceMs: 0,
      clock: this.#clock,
      sink: { update() {} },
      evidence: { missingSince: () => undefined, missing: () => [], wasRead: () => undefined },
      store: createMemoryAlertState(),
      externalLabels: this.#test.external_labels ?? {},
      externalUrl: () => this.#test.external_url,
      redact: (text) => text,
      defaultIntervalMs: this.#file.evaluation_interval,
      log: SILENT,
      metrics: NO_METRICS,
    });
    ruler.load(groups);
    return ruler;
  }

  /** Evaluates all groups at each step up to the last time a test asks for; false when a rule failed, which ends it. */
  #evaluateAll(ruler: Ruler): boolean {
    const step = this.#file.evaluation_interval;
    const end = this.#lastTime();
    for (let elapsed = 0; elapsed <= end; elapsed += step) {
      const now = this.#start + elapsed;
      this.#clock.set(now);
      this.#inputs.advance(now);
      for (const { id } of ruler.status()) ruler.evaluateGroup(id, now);
      if (this.#ruleFailed(ruler, elapsed)) return false;
      this.#checkAlerts(ruler, elapsed, elapsed + step);
    }
    return true;
  }

  #lastTime(): number {
    const times = [...(this.#test.alert_rule_test ?? []), ...(this.#test.promql_expr_test ?? [])];
    return Math.max(0, ...times.map(({ eval_time }) => eval_time));
  }

  #ruleFailed(ruler: Ruler, elapsed: number): boolean {
    const bad = ruler.status().flatMap(({ rules }) => rules.filter(({ health }) => health === 'err'));
    for (const { name, lastError } of bad)
      this.#fail([], `rule ${name} at ${formatDuration(elapsed)}: ${lastError}`);
    return bad.length > 0;
  }

  #checkAlerts(ruler: Ruler, from: number, to: number): void {
    const firing = ruler.alerts().filter(({ state }) => state === 'firing');
    for (const [at, test] of (this.#test.alert_rule_test ?? []).entries()) {
      if (test.eval_time < from || test.eval_time >= to) continue;
      const own = firing.filter((alert: Alert) => alert.labels['alertname'] === test.alertname);
      const difference = compareAlerts(test, own);
      if (difference.length === 0) continue;
      const where = `${test.alertname} at ${formatDuration(test.eval_time)}`;
      const counts = `${test.exp_alerts.length} expected, ${own.length} firing`;
      this.#fail(['alert_rule_test', at], `${where}: ${counts}`, difference);
    }
  }

  #checkExpressions(): void {
    for (const [at, test] of (this.#test.promql_expr_test ?? []).entries()) {
      const time = this.#start + test.eval_time;
      const found = checkSamples(test, this.#series, time, this.#file);
      if (found === undefined) continue;
      const where = `${test.expr.trim()} at ${formatDuration(test.eval_time)}`;
      this.#fail(['promql_expr_test', at], `${where}: ${found.problem}`, found.difference);
    }
  }

  #fail(path: readonly (string | number)[], problem: string, difference: readonly string[] = []): void {
    const line = this.#file.lineOf(['tests', this.#index, ...path]);
    this.#failures.push({ line, problem, difference });
  }
}
