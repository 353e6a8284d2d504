import { Failure } from '../../model/failure.ts';
import type { Labels } from '../../model/labels.ts';
import type { SeriesWriter } from '../../model/series-writer.ts';
import type { SeriesReader } from '../../model/series.ts';
import { ListFrame } from '../../promql/nodes/frames.ts';
import { Row } from '../../promql/nodes/row.ts';
import { parseExpression } from '../../promql/parser.ts';
import { StepFailure, type StepMatrix, type StepRange } from '../../promql/steps/evaluate-steps.ts';
import type { AlertContext } from '../../ruler/alert-context.ts';
import { AlertSeries } from '../../ruler/alert-series.ts';
import { alertFunctions } from '../../ruler/alert-template.ts';
import { AlertingRuleState } from '../../ruler/alerting-rule-state.ts';
import { elementsOf } from '../../ruler/rule-result.ts';
import type { AlertingRule } from '../../ruler/rule.ts';
import type { SavedAlert } from '../../ruler/saved-alert.ts';
import { QuerySample } from '../../template/query-functions.ts';

/** The alerts of a rule after a step at which something about them changed. */
export interface AlertNewsAt {
  /** ms since the epoch. */
  readonly at: number;
  /** All that are pending, firing or were resolved lately. */
  readonly alerts: readonly SavedAlert[];
}

/** What alerts are made with. */
export interface AlertTerms {
  /** What queries in templates read. */
  readonly reader: SeriesReader;
  readonly externalLabels: Labels;
  readonly externalUrl: string;
  /** Most alerts that may be pending or firing; 0 is no limit. */
  readonly limit: number;
}

/**
 * The alerts of one rule over blocks of steps: the ruler's own state machine, which is asked only at steps with an
 * element or an alert. History does not tell which polls failed: nothing is held, as in tests of rules.
 */
export class AlertReplay {
  readonly #rule: AlertingRule;
  readonly #group: string;
  readonly #ruleKey: string;
  readonly #terms: AlertTerms;
  readonly #frame = new ListFrame();
  readonly #row = new Row(this.#frame);
  #state: AlertingRuleState;

  /** @param ruleKey tells rules of one group apart that have the same name */
  constructor(rule: AlertingRule, group: string, ruleKey: string, terms: AlertTerms) {
    this.#rule = rule;
    this.#group = group;
    this.#ruleKey = ruleKey;
    this.#terms = terms;
    this.#state = new AlertingRuleState(rule, group, ruleKey);
  }

  /** The alerts as they are now, for `restore`. */
  snapshot(): readonly SavedAlert[] {
    return this.#state.handOver();
  }

  /** Goes back to a snapshot. */
  restore(alerts: readonly SavedAlert[]): void {
    this.#state = new AlertingRuleState(this.#rule, this.#group, this.#ruleKey);
    for (const alert of alerts) this.#state.adopt(alert, false);
    this.#state.news.take();
  }

  /**
   * Moves the alerts on over the steps of the rule's result.
   * @param writer where `ALERTS` and `ALERTS_FOR_STATE` go, when anybody reads them
   * @param onFailure hears of each step whose result cannot be used: two alerts with the same labels, a label that does
   * not render, more alerts than the limit; alerts stay as they were then
   * @throws Failure the first of them, where nobody hears
   */
  run(
    matrix: StepMatrix,
    { start, step, count }: StepRange,
    writer?: SeriesWriter,
    onFailure?: (failure: StepFailure) => void,
  ): AlertNewsAt[] {
    const series = writer === undefined ? undefined : new AlertSeries(writer);
    const { alerts, news } = this.#state;
    for (const alert of alerts.values()) alert.place = undefined;
    this.#frame.clear();
    for (const labels of matrix.labels) this.#frame.push(labels);
    const isPresent = presentSteps(matrix, count);
    const found: AlertNewsAt[] = [];
    for (let at = 0; at < count; at++) {
      if (isPresent[at] === 0 && alerts.size === 0) continue;
      const now = start + at * step;
      this.#evaluate(this.#at(matrix, at), now, onFailure);
      series?.write(alerts, now);
      if (news.take()) found.push({ at: now, alerts: this.#state.told() });
    }
    news.takeChanges();
    return found;
  }

  #evaluate(row: Row, now: number, onFailure: ((failure: StepFailure) => void) | undefined): void {
    try {
      this.#state.evaluate(row, contextAt(now, this.#terms));
    } catch (error) {
      if (!(error instanceof Failure) || onFailure === undefined) throw error;
      onFailure(new StepFailure(error, now));
    }
  }

  #at({ values, present }: StepMatrix, at: number): Row {
    this.#row.begin();
    for (let position = 0; position < present.length; position++)
      if (present[position]?.[at] === 1) this.#row.set(position, values[position]?.[at] ?? Number.NaN);
    return this.#row;
  }
}

/** By step: whether any element is present. */
function presentSteps({ present }: StepMatrix, count: number): Uint8Array {
  const any = new Uint8Array(count);
  for (const row of present) for (let at = 0; at < count; at++) any[at] = (any[at] ?? 0) | (row[at] ?? 0);
  return any;
}

function contextAt(now: number, { reader, externalLabels, externalUrl, limit }: AlertTerms): AlertContext {
  const query = (expression: string): QuerySample[] =>
    elementsOf(parseExpression(expression), { reader, time: now }).map(
      ({ labels, value }) => new QuerySample(labels, value),
    );
  return {
    now,
    limit,
    holdForMs: 0,
    // Texts are those of the step at which an alert begins, fires or ends.
    refreshMs: Number.POSITIVE_INFINITY,
    externalLabels,
    functions: alertFunctions(query, { time: now, externalUrl }),
    redact: (text) => text,
    scopeOf: (labels) => labels,
    isMissing: () => false,
    isGraceOver: () => true,
    onUnknown() {},
  };
}
