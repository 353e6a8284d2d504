import type { Alert, AlertSink } from '../model/alert.ts';
import { messageOf } from '../model/failure.ts';
import type { Labels } from '../model/labels.ts';
import type { Clock, Evidence, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import type { SeriesReader } from '../model/series.ts';
import { parseExpression } from '../promql/parser.ts';
import type { TemplateFunctions } from '../template/functions.ts';
import { QuerySample } from '../template/query-functions.ts';
import { alertFunctions } from './alert-template.ts';
import { EVIDENCE_GROUP, EvidenceAlerts } from './evidence-alerts.ts';
import { createGroupStates, type GroupState, type RuleState } from './group-state.ts';
import { savedAlerts, statusOf } from './group-status.ts';
import { OrphanAlerts } from './orphan-alerts.ts';
import type { Recorder } from './recorded-series.ts';
import { elementsOf, namedElements } from './rule-result.ts';
import type { GroupStatus } from './rule-status.ts';
import type { RuleGroup } from './rule.ts';
import { runGroups } from './run-groups.ts';
import type { AlertStateStore, SavedAlert } from './saved-alert.ts';

const HOUR = 3_600_000;
const RESTORE_GRACE = 120_000;

export interface RulerOptions {
  readonly reader: SeriesReader;
  readonly recorder: Recorder;
  readonly clock: Clock;
  readonly sink: AlertSink;
  readonly evidence: Evidence;
  readonly store: AlertStateStore;
  /** Added to the alerts that the sink gets, where they have no such label. */
  readonly externalLabels: Labels;
  /** How long an alert is held while its data is missing, ms. Default 1 h. */
  readonly holdForMs?: number;
  /** Of groups that name none, ms. */
  readonly defaultIntervalMs: number;
  /**
   * How long after a restart an alert from before it is held while its condition is not seen: the time until every
   * poll has answered again, ms. Default 2 m.
   */
  readonly restoreGraceMs?: number;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  /** Rules that read a metric it denies are logged at load. */
  readonly knownMetric?: (name: string) => boolean;
  /** Called before each evaluation of a group, with its time. */
  readonly beforeEvaluation?: (now: number) => void;
}

/** Evaluates rule groups and keeps the state of their alerts. */
export interface Ruler {
  /**
   * Replaces all groups at once. Rules that stay (same group, name and labels) keep their alerts; what fired and is
   * gone resolves. The first call takes up the saved state.
   */
  load(groups: readonly RuleGroup[]): void;
  /** Evaluates each group at its interval until aborted; never rejects. */
  run(signal: AbortSignal): Promise<void>;
  /** Evaluates one group now; for tests and backtests. */
  evaluateGroup(name: string, now: number): void;
  /** Alerts that are pending, firing, or were resolved in the last 15 minutes. */
  alerts(): readonly Alert[];
  status(): readonly GroupStatus[];
}

export function createRuler(options: RulerOptions): Ruler {
  return new RulerState(options);
}

class RulerState implements Ruler {
  readonly #options: RulerOptions;
  readonly #holdForMs: number;
  readonly #graceUntil: number;
  readonly #evidence: EvidenceAlerts;
  #saved: readonly SavedAlert[];
  #groups: readonly GroupState[] = [];
  #orphans = new OrphanAlerts();
  #reloaded = new AbortController();

  constructor(options: RulerOptions) {
    this.#options = options;
    this.#holdForMs = options.holdForMs ?? HOUR;
    this.#graceUntil = options.clock.now() + (options.restoreGraceMs ?? RESTORE_GRACE);
    this.#saved = options.store.load();
    this.#evidence = new EvidenceAlerts(options.evidence, this.#saved);
  }

  load(groups: readonly RuleGroup[]): void {
    const now = this.#options.clock.now();
    const previous = this.#groups;
    const next = createGroupStates(groups, this.#options.defaultIntervalMs);
    this.#flush(previous.flatMap(({ rules }) => rules));
    this.#orphans.add(this.#handOver(next), now);
    this.#groups = next;
    this.#handOverSeries(previous, next, now);
    this.#flush([]);
    const ids = [...next.map(({ id }) => id), ...this.#orphans.groups(), EVIDENCE_GROUP];
    for (const id of new Set(ids)) this.#tell(id);
    this.#warnOfUnknownMetrics();
    this.#reloaded.abort();
    this.#reloaded = new AbortController();
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const until = AbortSignal.any([signal, this.#reloaded.signal]);
      await runGroups(this.#groups, this.#options.clock, until, (group, now) => this.#evaluate(group, now));
    }
  }

  evaluateGroup(name: string, now: number): void {
    const group = this.#groups.find(({ id }) => id === name);
    if (group === undefined) return;
    for (const _ of this.#evaluate(group, now));
  }

  alerts(): readonly Alert[] {
    return [
      ...this.#groups.flatMap(({ rules }) => rules.flatMap(savedAlerts)),
      ...this.#orphans.alerts(),
      ...this.#evidence.alerts,
    ];
  }

  status(): readonly GroupStatus[] {
    return this.#groups.map(statusOf);
  }

  /** Evaluates a group rule by rule; what stands between two rules may run in between. */
  *#evaluate(state: GroupState, now: number): Generator<void> {
    const { clock, metrics, beforeEvaluation } = this.#options;
    const started = clock.now();
    beforeEvaluation?.(now);
    for (const rule of state.rules) {
      this.#evaluateRule(state, rule, now);
      yield;
      // A reload in between has taken the alerts over: this state counts no more.
      if (!this.#groups.includes(state)) return;
    }
    state.lastEvaluation = now;
    state.durationMs = clock.now() - started;
    metrics.observe('octowatch_rule_group_seconds', state.durationMs / 1000, { group: state.id });
    this.#finish(state, now);
  }

  #evaluateRule(state: GroupState, rule: RuleState, now: number): void {
    const { clock, metrics, log } = this.#options;
    const started = clock.now();
    const labels = { group: state.id };
    try {
      this.#apply(state, rule, now);
      rule.health = 'ok';
      rule.lastError = '';
      metrics.increment('octowatch_rule_evaluations_total', { ...labels, outcome: 'ok' });
    } catch (error) {
      const problem = messageOf(error);
      if (rule.lastError !== problem)
        log.warn({ group: state.id, rule: rule.rule.name, error: problem }, 'rule failed');
      rule.health = 'err';
      rule.lastError = problem;
      metrics.increment('octowatch_rule_evaluations_total', { ...labels, outcome: 'error' });
    }
    rule.lastEvaluation = now;
    rule.durationMs = clock.now() - started;
  }

  #apply({ group }: GroupState, state: RuleState, now: number): void {
    const { reader, recorder, evidence, externalLabels } = this.#options;
    const { rule, alerting } = state;
    const time = now - group.queryOffsetMs;
    const elements = elementsOf(rule.expr, { reader, time });
    if (alerting === undefined) {
      recorder(state.recorded.replace(namedElements(elements, rule.name, rule.labels, group.limit), time));
      return;
    }
    alerting.evaluate(elements, {
      now,
      limit: group.limit,
      holdForMs: this.#holdForMs,
      graceUntil: this.#graceUntil,
      externalLabels,
      functions: this.#functions(time),
      isMissing: (tenant) =>
        state.metrics.some((metric) => evidence.missingSince(metric, tenant) !== undefined),
      isRead: (tenant) => state.metrics.every((metric) => evidence.wasRead(metric, tenant) === true),
      onUnknown: (tenant) => this.#evidence.raise(tenant, rule.name, state.metrics, now),
    });
    recorder(state.recorded.replace(alerting.series(), time));
  }

  #functions(time: number): TemplateFunctions {
    const { reader } = this.#options;
    return alertFunctions((expression) =>
      elementsOf(parseExpression(expression), { reader, time }).map(
        ({ labels, value }) => new QuerySample(labels, value),
      ),
    );
  }

  /** Saves what the evaluation changed, then tells the sink: never the other way round. */
  #finish(state: GroupState, now: number): void {
    const evidenceChanged = this.#evidence.step(now);
    const others = this.#orphans.step(now);
    this.#flush(state.rules);
    for (const id of new Set([state.id, ...others])) this.#tell(id);
    if (evidenceChanged) this.#tell(EVIDENCE_GROUP);
    this.#count();
  }

  #flush(rules: readonly RuleState[]): void {
    const changes = [
      ...rules.map(({ alerting }) => alerting?.takeChanges()),
      this.#evidence.takeChanges(),
      this.#orphans.takeChanges(),
    ].filter((change) => change !== undefined);
    const saved = changes.flatMap((change) => change.saved);
    const removed = changes.flatMap((change) => change.removed);
    if (saved.length === 0 && removed.length === 0) return;
    try {
      this.#options.store.save({ saved, removed });
    } catch (error) {
      // A full disk must not keep a page from going out.
      this.#options.log.error({ error: messageOf(error) }, 'state of alerts not saved');
    }
  }

  #tell(id: string): void {
    const own = this.#groups.find((group) => group.id === id)?.rules.flatMap(savedAlerts) ?? [];
    const evidence = id === EVIDENCE_GROUP ? this.#evidence.alerts : [];
    const alerts = [...own, ...evidence, ...this.#orphans.alerts(id)]
      .filter(({ state }) => state !== 'pending')
      .map((alert) => ({ ...alert, labels: { ...this.#options.externalLabels, ...alert.labels } }));
    this.#options.sink.update(id, alerts);
  }

  #count(): void {
    const counts = { pending: 0, firing: 0, resolved: 0 };
    for (const { state } of this.alerts()) counts[state]++;
    for (const [state, count] of Object.entries(counts)) {
      this.#options.metrics.set('octowatch_alerts', count, { state });
    }
  }

  /** Gives the alerts of before to the rules of the same identity; returns those that find none. */
  #handOver(next: readonly GroupState[]): readonly SavedAlert[] {
    const before = [...this.#saved, ...this.#groups.flatMap(({ rules }) => rules.flatMap(savedAlerts))];
    this.#saved = [];
    const homes = new Map(next.flatMap(({ rules }) => rules).map((rule) => [rule.identity, rule.alerting]));
    return this.#orphans.settle(before, homes);
  }

  /**
   * Rules that stay go on with the series they recorded, and after a restart with those of the alerts that were taken
   * up; the series of rules that are no more end.
   */
  #handOverSeries(previous: readonly GroupState[], next: readonly GroupState[], now: number): void {
    const before = new Map(previous.flatMap(({ rules }) => rules).map((rule) => [rule.identity, rule]));
    for (const { identity, recorded, alerting } of next.flatMap(({ rules }) => rules)) {
      const old = before.get(identity);
      before.delete(identity);
      if (old !== undefined) recorded.inherit(old.recorded);
      else if (alerting !== undefined) recorded.replace(alerting.series(), now);
    }
    for (const { recorded } of before.values()) {
      const ended = recorded.replace([], now);
      if (ended.length > 0) this.#options.recorder(ended);
    }
  }

  #warnOfUnknownMetrics(): void {
    const { knownMetric, log } = this.#options;
    if (knownMetric === undefined) return;
    for (const { rule, metrics } of this.#groups.flatMap(({ rules }) => rules)) {
      const unknown = metrics.filter((metric) => !knownMetric(metric));
      if (unknown.length > 0) log.warn({ rule: rule.name, metrics: unknown }, 'rule reads unknown metrics');
    }
  }
}
