import { Failure, messageOf } from '../model/failure.ts';
import type { Labels } from '../model/labels.ts';
import type { Clock, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import type { SeriesWriters } from '../model/series-writer.ts';
import type { SeriesReader } from '../model/series.ts';
import type { InstantOptions } from '../promql/options.ts';
import { parseExpression } from '../promql/parser.ts';
import { prepareQuery, type PreparedQuery } from '../promql/prepare.ts';
import type { TemplateFunctions, TemplatePlace } from '../template/functions.ts';
import { QuerySample } from '../template/query-functions.ts';
import type { AlertContext } from './alert-context.ts';
import { alertFunctions } from './alert-template.ts';
import type { EvidenceAlerts } from './evidence-alerts.ts';
import type { GroupState, RuleState } from './group-state.ts';
import type { MissingData } from './missing-data.ts';
import { elementsOf } from './rule-result.ts';

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

/** What decides how long alerts are held. */
export interface HoldTerms {
  readonly holdForMs: number;
  /** Until when alerts from before a restart are held, ms. */
  readonly graceUntil: number;
  /** How long annotations may lag behind a value that changes, ms. */
  readonly refreshMs: number;
  readonly missing: MissingData;
  readonly unknown: EvidenceAlerts;
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
      const context = this.#contextOf(alerting.rule.name, metrics, limit, now, options);
      refused = alerting.evaluate(query.at(options.time, options), context);
    } finally {
      alertSeries?.write(alerting.alerts, options.time);
    }
    if (refused > 0)
      throw new Failure('budget', `the limit of the group, ${limit} alerts, keeps out ${refused} more`);
  }

  #contextOf(
    rule: string,
    metrics: readonly string[],
    limit: number,
    now: number,
    options: InstantOptions,
  ): AlertContext {
    const { missing, unknown, ...terms } = this.#terms;
    const { externalLabels, externalUrl, redact } = this.#ports;
    let functions: TemplateFunctions | undefined;
    return {
      ...terms,
      now,
      limit,
      externalLabels,
      redact,
      // Few rounds render anything.
      get functions() {
        return (functions ??= functionsAt(options, { time: now, externalUrl: externalUrl?.() ?? '' }));
      },
      scopeOf: (labels) => missing.scopeOf(metrics, labels, now),
      isMissing: (scope) => missing.isMissing(metrics, scope, now),
      isRead: (tenant) => missing.wasRead(metrics, tenant, now),
      onUnknown: (scope) => unknown.raise(scope, rule, metrics, now),
    };
  }
}

function functionsAt(options: InstantOptions, place: TemplatePlace): TemplateFunctions {
  return alertFunctions(
    (expression) =>
      elementsOf(parseExpression(expression), options).map(
        ({ labels, value }) => new QuerySample(labels, value),
      ),
    place,
  );
}
