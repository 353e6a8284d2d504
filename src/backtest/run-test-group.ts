import type { Alert } from '../model/alert.ts';
import { formatDuration } from '../model/duration.ts';
import { messageOf } from '../model/failure.ts';
import type { Log } from '../model/ports.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { MemorySeries } from '../promql/testing/memory-series.ts';
import { parseLabels, parseValues } from '../promql/testing/series-notation.ts';
import type { RuleGroup } from '../ruler/rule.ts';
import { createRuler, type Ruler } from '../ruler/ruler.ts';
import { createSampleWriters } from '../ruler/sample-writers.ts';
import { createMemoryAlertState } from '../ruler/saved-alert.ts';
import { checkSamples } from './check-samples.ts';
import { compareAlerts } from './compare-alerts.ts';
import type { RuleTestFile, TestGroup } from './rule-test-file.ts';
import { SteppedClock } from './stepped-clock.ts';

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT };

/** Runs one entry of `tests`; returns what was not as expected, each beginning with its line. */
export function runTestGroup(file: RuleTestFile, index: number, groups: readonly RuleGroup[]): string[] {
  const test = file.tests?.[index];
  if (test === undefined) return [];
  return new TestRun(file, index, test).run(groups);
}

class TestRun {
  readonly #file: RuleTestFile;
  readonly #index: number;
  readonly #test: TestGroup;
  readonly #start: number;
  readonly #series = new MemorySeries();
  readonly #clock: SteppedClock;
  readonly #failures: string[] = [];

  constructor(file: RuleTestFile, index: number, test: TestGroup) {
    this.#file = file;
    this.#index = index;
    this.#test = test;
    this.#start = test.start_timestamp ?? 0;
    this.#clock = new SteppedClock(this.#start);
  }

  run(groups: readonly RuleGroup[]): string[] {
    if (!this.#loadSeries()) return this.#failures;
    const ruler = this.#createRuler(groups);
    this.#evaluateAll(ruler, groups);
    this.#checkExpressions();
    return this.#failures;
  }

  #loadSeries(): boolean {
    const interval = this.#test.interval ?? this.#file.evaluation_interval;
    for (const [at, { series, values }] of (this.#test.input_series ?? []).entries()) {
      try {
        this.#series.load(parseLabels(series), parseValues(values), interval, this.#start);
      } catch (error) {
        this.#fail(['input_series', at], `series ${series}: ${messageOf(error)}`);
        return false;
      }
    }
    return true;
  }

  #createRuler(groups: readonly RuleGroup[]): Ruler {
    const ruler = createRuler({
      reader: this.#series,
      writers: createSampleWriters((samples) => this.#series.append(samples)),
      refreshMs: 0,
      clock: this.#clock,
      sink: { update() {} },
      evidence: { missingSince: () => undefined, missing: () => [], wasRead: () => undefined },
      store: createMemoryAlertState(),
      externalLabels: this.#test.external_labels ?? {},
      redact: (text) => text,
      defaultIntervalMs: this.#file.evaluation_interval,
      log: SILENT,
      metrics: NO_METRICS,
    });
    ruler.load(groups);
    return ruler;
  }

  /** Evaluates all groups at each step up to the last time a test asks for, as promtool does. */
  #evaluateAll(ruler: Ruler, groups: readonly RuleGroup[]): void {
    const step = this.#file.evaluation_interval;
    const end = this.#lastTime();
    for (let elapsed = 0; elapsed <= end; elapsed += step) {
      this.#clock.set(this.#start + elapsed);
      for (const { id } of ruler.status()) ruler.evaluateGroup(id, this.#start + elapsed);
      if (groups.length > 0 && this.#ruleFailed(ruler, elapsed)) return;
      this.#checkAlerts(ruler, elapsed, elapsed + step);
    }
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
      const problem = compareAlerts(test, own);
      if (problem === undefined) continue;
      this.#fail(
        ['alert_rule_test', at],
        `${test.alertname} at ${formatDuration(test.eval_time)}: ${problem}`,
      );
    }
  }

  #checkExpressions(): void {
    for (const [at, test] of (this.#test.promql_expr_test ?? []).entries()) {
      const time = this.#start + test.eval_time;
      const problem = checkSamples(test, this.#series, time, this.#file);
      if (problem === undefined) continue;
      this.#fail(['promql_expr_test', at], `${test.expr} at ${formatDuration(test.eval_time)}: ${problem}`);
    }
  }

  #fail(path: readonly (string | number)[], problem: string): void {
    this.#failures.push(`${this.#file.lineOf(['tests', this.#index, ...path])}: ${problem}`);
  }
}
