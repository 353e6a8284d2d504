import { messageOf } from '../model/failure.ts';
import type { Labels } from '../model/labels.ts';
import type { Clock, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import type { SeriesReader } from '../model/series.ts';
import type { InstantOptions } from '../promql/options.ts';
import { parseExpression } from '../promql/parser.ts';
import type { TemplateFunctions, TemplatePlace } from '../template/functions.ts';
import { QuerySample } from '../template/query-functions.ts';
import { alertFunctions } from './alert-template.ts';
import type { AlertingRuleState } from './alerting-rule-state.ts';
import type { EvidenceAlerts } from './evidence-alerts.ts';
import type { GroupState, RuleState } from './group-state.ts';
import type { MissingData } from './missing-data.ts';
import type { Recorder } from './recorded-series.ts';
import { elementsOf, namedElements, type Element } from './rule-result.ts';

/** How long one rule may take, its templates' queries included; a group's interval where that is shorter. */
const LONGEST_RULE_MS = 10_000;

/** What rules are evaluated with. */
export interface RulePorts {
  readonly reader: SeriesReader;
  readonly recorder: Recorder;
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
    const { reader, clock, recorder } = this.#ports;
    const time = now - group.group.queryOffsetMs;
    const deadline = { clock, at: started + Math.min(LONGEST_RULE_MS, group.intervalMs) };
    try {
      const options = { reader, time, deadline };
      const elements = elementsOf(state.rule.expr, options);
      const series = this.#apply(group, state, elements, now, options);
      recorder(state.recorded.replace(series, time));
      return '';
    } catch (error) {
      return messageOf(error);
    }
  }

  /** Takes over a result; returns the series to record. @throws Failure when the result cannot be used */
  #apply(
    { group: { limit } }: GroupState,
    { rule, alerting, metrics }: RuleState,
    elements: readonly Element[],
    now: number,
    options: InstantOptions,
  ): readonly Element[] {
    if (alerting === undefined) return namedElements(elements, rule.name, rule.labels, limit);
    const functions = functionsAt(options, { time: now, externalUrl: this.#ports.externalUrl?.() ?? '' });
    this.#applyAlerts(alerting, elements, { now, limit, metrics, functions });
    return alerting.series();
  }

  #applyAlerts(
    alerting: AlertingRuleState,
    elements: readonly Element[],
    context: { now: number; limit: number; metrics: readonly string[]; functions: TemplateFunctions },
  ): void {
    const { holdForMs, graceUntil, missing, unknown } = this.#terms;
    const { now, limit, metrics, functions } = context;
    alerting.evaluate(elements, {
      now,
      limit,
      functions,
      holdForMs,
      graceUntil,
      externalLabels: this.#ports.externalLabels,
      redact: this.#ports.redact,
      isMissing: (tenant) => missing.isMissing(metrics, tenant, now),
      isRead: (tenant) => missing.wasRead(metrics, tenant, now),
      onUnknown: (tenant) => unknown.raise(tenant, alerting.rule.name, metrics, now),
    });
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
