import { ANNOTATIONS, type Alert, type AlertSink } from '../model/alert.ts';
import { humanDuration } from '../model/duration.ts';
import { Failure, messageOf, toFailure } from '../model/failure.ts';
import type { Person } from '../model/on-call.ts';
import type { HealStatus, Outcome, Plan, Remedy, RemedyOffer, Step } from '../model/plan.ts';
import type { Clock, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import type { Tracer } from '../model/tracer.ts';
import { withDeadline } from '../model/with-deadline.ts';
import { refusalOf, type HealLimits, type Refusal } from './guard.ts';
import type { HealJournal } from './heal-journal.ts';
import {
  healId,
  healSpan,
  isOfEpisode,
  newHeal,
  newHealBy,
  planDetail,
  plannedBy,
  stepsText,
  toStatus,
  type HealRecord,
} from './heal-record.ts';
import { applySteps, settleSteps, type StepRun } from './run-steps.ts';

const CALL_MS = 10_000;
/** How long the outcome of a heal is told after its alert is over. */
const KEEP_MS = 3_600_000;
/** How long the journal keeps heals that ended. */
const JOURNAL_MS = 90 * 86_400_000;

/** What may be done, and how long it may take; read anew for every heal. */
export interface HealSettings {
  /** Names of remedies that may act; the others only plan. */
  readonly armed: ReadonlySet<string>;
  /** Names of remedies that may act when a person asks for it, besides the armed ones. */
  readonly suggested: ReadonlySet<string>;
  readonly limits: HealLimits;
  /** How long the page is held for a heal at work, ms. */
  readonly pageAfterMs: number;
  /** How long after the action the alert may take to resolve, ms. */
  readonly verifyWithinMs: number;
}

export interface HealerOptions {
  readonly remedies: ReadonlyMap<string, Remedy>;
  readonly settings: () => HealSettings;
  readonly journal: HealJournal;
  /** Whether a rule group was evaluated since the start: an alert that was only restored is nothing to act on. */
  readonly isEvaluated: (group: string) => boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  /** Told of every heal that ended. */
  readonly tracer?: Tracer;
  /** Called when a heal ended or was refused: a held page may go out now. */
  readonly onChange: (alertKey: string) => void;
  readonly signal: AbortSignal;
}

/** Binds remedies to alerts: guard, act, verify; and tells where each heal stands. `update` never throws. */
export interface Healer extends AlertSink {
  /** Where the heal of an alert's current episode stands. */
  status(alertKey: string): HealStatus | undefined;
  /** What a person may have run for a firing alert; undefined when there is nothing, or it is at work already. */
  offer(alertKey: string): RemedyOffer | undefined;
  /**
   * Runs the alert's remedy through the guard on a person's word; resolves when it begins to act, with one line.
   * @throws Failure `not_found` (the alert is over), `forbidden` (neither armed nor suggested), `budget` (the guard
   * refuses), `rejected` (at work already), or why the remedy finds nothing to do
   */
  runNow(alertKey: string, by: Person): Promise<string>;
  /** Takes up heals that a crash interrupted; call once, before the first update. */
  resume(): void;
  /** Resolves when no heal is at work. */
  idle(): Promise<void>;
}

/** A healer over the given remedies. The page of an armed heal is held from the same call in which its alert arrives. */
export function createHealer(options: HealerOptions): Healer {
  const { remedies, settings, journal, clock, log, metrics, signal } = options;
  const current = new Map<string, HealRecord>();
  const firing = new Map<string, readonly Alert[]>();
  const atWork = new Map<string, { done: Promise<void>; resolved: AbortController }>();

  function update(group: string, alerts: readonly Alert[]): void {
    const live = alerts.filter(({ state }) => state === 'firing');
    if (live.length === 0) firing.delete(group);
    else firing.set(group, live);
    for (const alert of alerts) {
      guarded(() => {
        if (alert.state === 'resolved') resolve(alert.key);
        else if (alert.state === 'firing' && alert.annotations[ANNOTATIONS.remedy] !== undefined)
          consider(group, alert);
      });
    }
    forget();
  }

  function consider(group: string, alert: Alert): void {
    const id = healId(alert);
    const shown = current.get(alert.key);
    const record = shown !== undefined && isOfEpisode(shown, alert) ? shown : journal.find(id);
    if (record !== undefined) current.set(alert.key, record);
    // Interrupted by a crash before anything took effect: nothing was done, so it may begin again.
    const mayBegin =
      record === undefined || (record.state === 'working' && record.by === null && !atWork.has(id));
    if (mayBegin && options.isEvaluated(group)) begin(record ?? newHeal(alert, clock.now()), alert);
  }

  function begin(record: HealRecord, alert: Alert): void {
    current.set(alert.key, record);
    const remedy = remedies.get(record.remedy);
    if (remedy === undefined) return refuse(record, 'unknown_remedy', `no remedy is called ${record.remedy}`);
    if (!isArmed(remedy)) return plan(record, remedy, alert);
    const refusal = askGuard(record, alert);
    if (refusal !== undefined) return refuse(record, refusal.reason, refusal.detail);
    act({ ...record, pageAt: record.startedAt + settings().pageAfterMs }, remedy, alert);
  }

  function askGuard({ id }: HealRecord, alert: Alert): Refusal | undefined {
    return refusalOf(alert, {
      healId: id,
      firing: [...firing.values()].flat(),
      journal,
      limits: settings().limits,
      now: clock.now(),
    });
  }

  function plan(record: HealRecord, remedy: Remedy, alert: Alert): void {
    const planned = keep({ ...record, state: 'planned', detail: 'not armed', pageAt: null });
    track(planned, async () => {
      const steps = await stepsOf(planned, remedy, alert);
      end(planned, 'planned', planDetail(steps));
    });
  }

  /** @param onBegin told what is done, right before it is */
  function act(
    asked: HealRecord,
    remedy: Remedy,
    alert: Alert,
    onBegin: (steps: readonly Step[]) => void = () => {},
  ): void {
    const record: HealRecord = { ...asked, state: 'working', detail: 'looking for what to do' };
    try {
      journal.save(record);
    } catch (error) {
      // Budgets and restarts rest on the journal: what is not written down is not done.
      return refuse(record, 'journal', `cannot be written down: ${messageOf(error)}`);
    }
    current.set(record.alertKey, record);
    track(record, async (resolved) => {
      const steps = await stepsOf(record, remedy, alert);
      if (resolved.aborted) return refuse(record, 'resolved', 'over before anything was done');
      if (!mayAct(record, remedy)) return refuse(record, 'disarmed', 'disarmed before anything was done');
      onBegin(steps);
      await verify(record, await applySteps(steps, stepRun(record, remedy, resolved)), resolved);
    });
  }

  async function stepsOf(record: HealRecord, remedy: Remedy, alert: Alert): Promise<readonly Step[]> {
    const { steps }: Plan = await withDeadline(clock, CALL_MS, signal, (until) => remedy.plan(alert, until));
    if (steps.length === 0) throw new Failure('invalid', 'the plan is empty: nothing to act on');
    if (steps.some(({ tenant }) => tenant !== record.tenant))
      throw new Failure('invalid', `the plan reaches beyond ${record.tenant}`);
    return steps;
  }

  function takeUp(record: HealRecord, remedy: Remedy): void {
    track(record, async (resolved) => {
      const outcome = await settleSteps(stepRun(record, remedy, resolved));
      if (outcome !== undefined) await verify(record, outcome, resolved);
    });
  }

  /** Waits for the alert to resolve; after a restart anew, as nobody looked meanwhile. The page's own clock goes on. */
  async function verify(record: HealRecord, outcome: Outcome, resolved: AbortSignal): Promise<void> {
    if (outcome.status === 'failed') return end(record, 'failed', outcome.detail);
    const appliedAt = record.appliedAt ?? clock.now();
    const applied = keep({ ...record, detail: outcome.detail, appliedAt });
    const { verifyWithinMs } = settings();
    await clock.sleep(verifyWithinMs, AbortSignal.any([signal, resolved])).catch((error: unknown) => {
      if (!resolved.aborted) throw error;
    });
    if (resolved.aborted || !firingKeys().has(record.alertKey)) end(applied, 'healed', outcome.detail);
    else end(applied, 'failed', `${outcome.detail}; still firing ${humanDuration(verifyWithinMs)} later`);
  }

  function resolve(alertKey: string): void {
    const record = current.get(alertKey);
    if (record?.state !== 'working') return;
    const work = atWork.get(record.id);
    if (work === undefined) refuse(record, 'resolved', 'over before anything was done');
    else work.resolved.abort();
  }

  /** Ends what a crash interrupted and nobody takes up again, and drops what nobody asks about any more. */
  function forget(): void {
    const now = clock.now();
    const live = firingKeys();
    for (const [key, record] of current) {
      const { state, pageAt, endedAt } = record;
      if (state === 'working' && !atWork.has(record.id) && now >= (pageAt ?? now))
        end(record, 'failed', 'interrupted by a restart before anything was done');
      else if (endedAt !== null && now - endedAt > KEEP_MS && !live.has(key)) current.delete(key);
    }
  }

  function firingKeys(): Set<string> {
    return new Set([...firing.values()].flatMap((alerts) => alerts.map(({ key }) => key)));
  }

  function refuse(record: HealRecord, reason: string, detail: string): void {
    metrics.increment('octowatch_heal_refusals_total', { remedy: record.remedy, reason });
    end(record, 'refused', detail);
  }

  function end(record: HealRecord, state: HealRecord['state'], detail: string): void {
    keep({ ...record, state, detail, endedAt: clock.now() });
    guarded(() => journal.expire(clock.now() - JOURNAL_MS));
    metrics.increment('octowatch_heals_total', { remedy: record.remedy, outcome: state });
    options.tracer?.record(healSpan(record, state, clock.now()));
    log.info({ tenant: record.tenant, remedy: record.remedy, state, detail }, 'heal ended');
    options.onChange(record.alertKey);
  }

  /** Shows a record, unless a newer episode has taken its place, and writes it down where that is possible. */
  function keep(record: HealRecord): HealRecord {
    if (current.get(record.alertKey)?.id === record.id) current.set(record.alertKey, record);
    guarded(() => journal.save(record));
    return record;
  }

  function track(record: HealRecord, work: (resolved: AbortSignal) => Promise<void>): void {
    const resolved = new AbortController();
    const done = work(resolved.signal)
      .catch((error: unknown) => {
        // At shutdown the record stays as it is, and the next start takes it up.
        if (!signal.aborted) end(record, failedState(record), toFailure(error).message);
      })
      .finally(() => atWork.delete(record.id));
    atWork.set(record.id, { done, resolved });
  }

  function guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      metrics.increment('octowatch_journal_failures_total', { journal: 'heals' });
      log.error({ error: messageOf(error) }, 'the journal of heals failed');
    }
  }

  function isArmed({ name }: Remedy): boolean {
    return settings().armed.has(name);
  }

  function mayAct({ by }: HealRecord, remedy: Remedy): boolean {
    return isArmed(remedy) || (by !== null && settings().suggested.has(remedy.name));
  }

  function stepRun(record: HealRecord, remedy: Remedy, resolved: AbortSignal): StepRun {
    const armed = (): boolean => mayAct(record, remedy);
    return { healId: record.id, remedy, journal, clock, signal, callMs: CALL_MS, resolved, isArmed: armed };
  }

  function offer(alertKey: string): RemedyOffer | undefined {
    const found = runnable(alertKey);
    if (found instanceof Failure) return undefined;
    const planned = plannedBy(current.get(alertKey));
    return { remedy: found.remedy.name, ...(planned === undefined ? {} : { plan: planned }) };
  }

  async function runNow(alertKey: string, by: Person): Promise<string> {
    const found = runnable(alertKey);
    if (found instanceof Failure) throw found;
    const { alert, remedy } = found;
    const record = newHealBy(alert, by, clock.now());
    const refusal = askGuard(record, alert);
    if (refusal !== undefined) {
      metrics.increment('octowatch_heal_refusals_total', { remedy: remedy.name, reason: refusal.reason });
      throw new Failure('budget', `${remedy.name} is not run: ${refusal.detail}`, { retryable: false });
    }
    const begun = Promise.withResolvers<readonly Step[]>();
    act(record, remedy, alert, begun.resolve);
    const done = atWork.get(record.id)?.done ?? Promise.resolve();
    const ended = done.then(() => {
      throw new Failure('rejected', `${remedy.name} did nothing: ${current.get(alertKey)?.detail ?? 'over'}`);
    });
    const steps = await Promise.race([begun.promise, ended]);
    ended.catch(() => undefined);
    return `${remedy.name} begins: ${stepsText(steps)}`;
  }

  /** What a person may have run for an alert, or why not. */
  function runnable(alertKey: string): { alert: Alert; remedy: Remedy } | Failure {
    const alert = [...firing.values()].flat().find(({ key }) => key === alertKey);
    if (alert === undefined) return new Failure('not_found', 'the alert is over: there is nothing to heal');
    if (!options.isEvaluated(alert.group))
      return new Failure('rejected', 'its rule was not evaluated since the start: try again in a minute');
    const name = alert.annotations[ANNOTATIONS.remedy] ?? '';
    const remedy = alert.receivedFrom === undefined ? remedies.get(name) : undefined;
    if (remedy === undefined) return new Failure('not_found', 'the alert has no remedy');
    if (!isArmed(remedy) && !settings().suggested.has(name))
      return new Failure('forbidden', `${name} is neither armed nor suggested: list it in heal.suggest`);
    const shown = current.get(alertKey);
    return shown?.state === 'working'
      ? new Failure('rejected', `${name} is at work already: ${shown.detail}`)
      : { alert, remedy };
  }

  function resume(): void {
    guarded(() => {
      for (const record of journal.working()) {
        current.set(record.alertKey, record);
        const remedy = remedies.get(record.remedy);
        if (remedy === undefined)
          refuse(record, 'unknown_remedy', `no remedy is called ${record.remedy} any more`);
        else if (journal.hasIntents(record.id)) takeUp(record, remedy);
      }
    });
  }

  return {
    update,
    status: (alertKey) => toStatus(current.get(alertKey)),
    resume,
    offer,
    runNow,
    async idle() {
      while (atWork.size > 0) await Promise.all([...atWork.values()].map(({ done }) => done));
    },
  };
}

/** A dry run that finds nothing is still only a plan. */
function failedState(record: HealRecord): 'planned' | 'failed' {
  return record.state === 'planned' ? 'planned' : 'failed';
}
