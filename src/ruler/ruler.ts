import type { AlertSink } from '../model/alert.ts';
import { messageOf } from '../model/failure.ts';
import type { Evidence } from '../model/ports.ts';
import type { Tracer } from '../model/tracer.ts';
import { AlertOutlet } from './alert-outlet.ts';
import { EVIDENCE_GROUP, EvidenceAlerts } from './evidence-alerts.ts';
import { Grace, hasJumped } from './grace.ts';
import { createGroupStates, type GroupState, type RuleState } from './group-state.ts';
import { currentAlerts, evaluationSpan, statusOf } from './group-status.ts';
import { endLostSeries, handOverAlerts } from './hand-over.ts';
import { MissingData } from './missing-data.ts';
import { OrphanAlerts } from './orphan-alerts.ts';
import { RuleEvaluator, type RulePorts } from './rule-evaluator.ts';
import type { GroupStatus } from './rule-status.ts';
import type { RuleGroup } from './rule.ts';
import { runGroups } from './run-groups.ts';
import type { AlertStateStore, SavedAlert } from './saved-alert.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const RESTORE_GRACE = 2 * MINUTE;
/** How often the sink is told of alerts that do not change (Prometheus `rules.alert.resend-delay`). */
const RESEND_MS = MINUTE;

export interface RulerOptions extends RulePorts {
  readonly sink: AlertSink;
  readonly evidence: Evidence;
  readonly store: AlertStateStore;
  /** How long an alert is held while its data is missing, ms. Default 1 h. */
  readonly holdForMs?: number;
  /** Of groups that name none, ms. */
  readonly defaultIntervalMs: number;
  /**
   * How long after a restart, or a jump of the clock, an alert from before it is held while its condition is not seen:
   * the time until every poll has answered again, ms. Default 2 m; tests of rules: 0.
   */
  readonly restoreGraceMs?: number;
  /** How long annotations may lag behind a value that changes all the time, ms. Default 1 m; tests of rules: 0. */
  readonly refreshMs?: number;
  /** Told of every evaluation of a group. */
  readonly tracer?: Tracer;
  /** Called before each evaluation of a group, with its time. */
  readonly beforeEvaluation?: (now: number) => void;
}

/** Evaluates rule groups and keeps the state of their alerts. */
export interface Ruler {
  /**
   * Replaces all groups at once. Rules that stay (same group, name and labels) keep their alerts; what fired and is
   * gone resolves. The first call takes up the saved state.
   * @param isPartial rules were left out because they do not parse: alerts that find no rule are held, for as long as
   * they would be for missing data
   */
  load(groups: readonly RuleGroup[], isPartial?: boolean): void;
  /** Evaluates each group at its interval until aborted; a rule that fails is counted and ends nothing. */
  run(signal: AbortSignal): Promise<void>;
  /** Evaluates one group now; for tests and backtests. */
  evaluateGroup(name: string, now: number): void;
  /** Alerts that are pending, firing, or were resolved in the last 15 minutes. */
  alerts(): readonly SavedAlert[];
  status(): readonly GroupStatus[];
}

export function createRuler(options: RulerOptions): Ruler {
  return new RulerState(options);
}

class RulerState implements Ruler {
  readonly #options: RulerOptions;
  readonly #evaluator: RuleEvaluator;
  readonly #outlet: AlertOutlet;
  readonly #missing: MissingData;
  readonly #evidence: EvidenceAlerts;
  readonly #orphans: OrphanAlerts;
  readonly #grace: Grace;
  #saved: readonly SavedAlert[];
  #groups: readonly GroupState[] = [];
  #reloaded = new AbortController();

  constructor(options: RulerOptions) {
    const { reader, clock, evidence, store, holdForMs = HOUR, refreshMs = MINUTE } = options;
    const { restoreGraceMs = RESTORE_GRACE } = options;
    this.#missing = new MissingData(evidence, reader);
    this.#grace = new Grace(clock.now(), restoreGraceMs);
    this.#options = options;
    this.#saved = store.load();
    this.#evidence = new EvidenceAlerts(this.#missing, this.#saved, this.#grace);
    this.#evaluator = new RuleEvaluator(options, {
      holdForMs,
      refreshMs,
      grace: this.#grace,
      missing: this.#missing,
      unknown: this.#evidence,
    });
    this.#orphans = new OrphanAlerts(holdForMs);
    this.#outlet = new AlertOutlet(options);
  }

  load(groups: readonly RuleGroup[], isPartial = false): void {
    const { clock, writers, defaultIntervalMs } = this.#options;
    const now = clock.now();
    const previous = this.#groups;
    const next = createGroupStates(groups, defaultIntervalMs, writers);
    this.#save(previous.flatMap(({ rules }) => rules));
    const orphans = handOverAlerts(previous, next, this.#saved, this.#orphans);
    this.#saved = [];
    this.#orphans.add(orphans, now, isPartial);
    this.#groups = next;
    endLostSeries(previous, isPartial ? [] : orphans, next, writers, now);
    this.#missing.keep(new Set(next.flatMap(({ rules }) => rules.flatMap(({ metrics }) => metrics))));
    this.#save([]);
    const ids = [...next.map(({ id }) => id), ...this.#orphans.groups(), EVIDENCE_GROUP];
    for (const id of new Set(ids)) this.#tell(id);
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

  alerts(): readonly SavedAlert[] {
    return [
      ...this.#groups.flatMap(({ rules }) => rules.flatMap(currentAlerts)),
      ...this.#orphans.alerts(),
      ...this.#evidence.alerts,
    ];
  }

  status(): readonly GroupStatus[] {
    return this.#groups.map(statusOf);
  }

  /** Evaluates a group rule by rule; what stands between two rules may run in between. */
  *#evaluate(state: GroupState, now: number): Generator<void> {
    const { clock, metrics } = this.#options;
    const started = clock.now();
    if (hasJumped(state, now)) this.#interrupt(state, now);
    this.#prepare(now);
    for (const rule of state.rules) {
      this.#evaluator.evaluate(state, rule, now);
      yield;
      // A reload in between has taken the alerts over: this state counts no more.
      if (!this.#groups.includes(state)) return;
    }
    state.lastEvaluation = now;
    state.durationMs = clock.now() - started;
    metrics.observe('octowatch_rule_group_seconds', state.durationMs / 1000, { group: state.id });
    this.#options.tracer?.record(evaluationSpan(state, started));
    this.#finish(state, now);
  }

  #interrupt(state: GroupState, now: number): void {
    this.#grace.beginAnew(now);
    for (const { alerting } of state.rules) alerting?.interrupt();
    state.toldAt = undefined;
    this.#options.log.warn({ group: state.id, from: state.lastEvaluation, to: now }, 'the clock has jumped');
  }

  #prepare(now: number): void {
    const { beforeEvaluation, log } = this.#options;
    try {
      beforeEvaluation?.(now);
    } catch (error) {
      log.error({ error: messageOf(error) }, 'evaluation not prepared');
    }
  }

  /** Saves what the evaluation changed, then tells the sink: never the other way round. */
  #finish(state: GroupState, now: number): void {
    const evidenceChanged = this.#evidence.step(now);
    const others = this.#orphans.step(now);
    this.#save(state.rules);
    let isDue = state.toldAt === undefined || now - state.toldAt >= RESEND_MS;
    for (const { alerting } of state.rules) if (alerting?.news.take() === true) isDue = true;
    const own = isDue ? [state.id] : [];
    if (isDue) state.toldAt = now;
    for (const id of new Set([...own, ...others])) this.#tell(id);
    if (evidenceChanged) this.#tell(EVIDENCE_GROUP);
    if (isDue || others.length > 0 || evidenceChanged) this.#count();
  }

  #save(rules: readonly RuleState[]): void {
    const changes = [this.#evidence.takeChanges(), this.#orphans.takeChanges()];
    for (const { alerting } of rules) {
      const own = alerting?.news.takeChanges();
      if (own !== undefined) changes.push(own);
    }
    this.#outlet.save(changes);
  }

  #tell(id: string): void {
    const rules = this.#groups.find((group) => group.id === id)?.rules ?? [];
    const own = rules.flatMap(({ alerting }) => alerting?.told() ?? []);
    const evidence = id === EVIDENCE_GROUP ? this.#evidence.alerts : [];
    this.#outlet.tell(id, [...own, ...evidence, ...this.#orphans.alerts(id)]);
  }

  #count(): void {
    const lists = this.#groups.flatMap(({ rules }) =>
      rules.map(({ alerting }) => alerting?.alerts.values() ?? []),
    );
    this.#outlet.count([...lists, this.#orphans.alerts(), this.#evidence.alerts]);
  }
}
