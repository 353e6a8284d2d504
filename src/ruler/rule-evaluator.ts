import { Failure, messageOf } from '../model/failure.ts';
import type { Labels } from '../model/labels.ts';
import type { Clock, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import type { SeriesWriters } from '../model/series-writer.ts';
import type { SeriesReader } from '../model/series.ts';
import type { InstantOptions } from '../promql/options.ts';
import { prepareQuery, type PreparedQuery } from '../promql/prepare.ts';
import { EvaluationContext, type HoldTerms } from './evaluation-context.ts';
import type { GroupState, RuleState } from './group-state.ts';

/** How long one rule may take, its templates' queries included; a group's interval where that is shorter. */
const LONGEST_RULE_MS = 10_000;

/** What rules are evaluated with. */
export interface RulePorts {
  readonly reader: SeriesReader;
  /** The writer of each rule's series, by the rule's identity. */
  readonly writers: SeriesWriters;
  readonly clock: Clock;
  /** Added to the alerts that the sink gets, where they have no such label. */
  readonly externalLabels: Labels;
  /** Where the agent's pages are from outside, for templates. Default: nowhere, an empty text. */
  readonly externalUrl?: () => string;
  /** A text without secrets: what annotations say. */
  readonly redact: (text: string) => string;
  readonly log: Log;
  readonly metrics: SelfMetrics;
}

/** Evaluates one rule after the other; one that fails is counted and logged, and keeps nobody from the next. */
export class RuleEvaluator {
  readonly #ports: RulePorts;
  readonly #terms: HoldTerms;

  constructor(ports: RulePorts, terms: HoldTerms) {
    this.#ports = ports;
    this.#terms = terms;
  }

  /** Evaluates a rule of a group at `now`; never throws. */
  evaluate(group: GroupState, state: RuleState, now: number): void {
    const { clock, metrics } = this.#ports;
    const started = clock.now();
    const error = this.#attempt(group, state, now, started);
    if (error !== '' && error !== state.lastError)
      this.#ports.log.warn({ group: group.id, rule: state.rule.name, error }, 'rule failed');
    state.health = error === '' ? 'ok' : 'err';
    state.lastError = error;
    state.lastEvaluation = now;
    state.durationMs = clock.now() - started;
    const outcome = error === '' ? 'ok' : 'error';
    metrics.increment('octowatch_rule_evaluations_total', { group: group.id, outcome });
  }

  /** Returns what went wrong, or an empty text. */
  #attempt(group: GroupState, state: RuleState, now: number, started: number): string {
    const { reader, clock } = this.#ports;
    const time = now - group.group.queryOffsetMs;
    const deadline = { clock, at: started + Math.min(LONGEST_RULE_MS, group.intervalMs) };
    try {
      const query = (state.query ??= prepareQuery(state.rule.expr, { reader }));
      state.recording?.write(query.at(time, { deadline }), time, group.group.limit);
      this.#applyAlerts(group, state, query, now, { reader, time, deadline });
      return '';
    } catch (error) {
      return messageOf(error);
    }
  }

  /** Moves alerts on; when that fails they stay as they are, and so do their series. @throws Failure */
  #applyAlerts(
    { group: { limit } }: GroupState,
    { alerting, alertSeries, metrics }: RuleState,
    query: PreparedQuery,
    now: number,
    options: InstantOptions,
  ): void {
    if (alerting === undefined) return;
    let refused = 0;
    try {
      const about = { rule: alerting.rule.name, metrics, limit, now, options };
      const context = new EvaluationContext(this.#ports, this.#terms, about);
      refused = alerting.evaluate(query.at(options.time, options), context);
    } finally {
      alertSeries?.write(alerting.alerts, options.time);
    }
    if (refused > 0)
      throw new Failure('budget', `the limit of the group, ${limit} alerts, keeps out ${refused} more`);
  }
}
