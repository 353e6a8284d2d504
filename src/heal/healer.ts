import { ANNOTATIONS, type Alert, type AlertSink } from '../model/alert.ts';
import { humanDuration } from '../model/duration.ts';
import { Failure, messageOf, toFailure } from '../model/failure.ts';
import type { HealStatus, Outcome, Plan, Remedy, Step } from '../model/plan.ts';
import type { Clock, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import type { Tracer } from '../model/tracer.ts';
import { withDeadline } from '../model/with-deadline.ts';
import { refusalOf, type HealLimits } from './guard.ts';
import type { HealJournal } from './heal-journal.ts';
import { healId, healSpan, newHeal, toStatus, type HealRecord } from './heal-record.ts';
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
    const record = shown?.id === id ? shown : journal.find(id);
    if (record !== undefined) current.set(alert.key, record);
    // Interrupted by a crash before anything took effect: nothing was done, so it may begin again.
    const mayBegin = record === undefined || (record.state === 'working' && !atWork.has(id));
    if (mayBegin && options.isEvaluated(group)) begin(record ?? newHeal(alert, clock.now()), alert);
  }

  function begin(record: HealRecord, alert: Alert): void {
    current.set(alert.key, record);
    const remedy = remedies.get(record.remedy);
    if (remedy === undefined) return refuse(record, 'unknown_remedy', `no remedy is called ${record.remedy}`);
    if (!isArmed(remedy)) return plan(record, remedy, alert);
    const { limits, pageAfterMs } = settings();
    const refusal = refusalOf(alert, {
      healId: record.id,
      firing: [...firing.values()].flat(),
      journal,
      limits,
      now: clock.now(),
    });
    if (refusal !== undefined) return refuse(record, refusal.reason, refusal.detail);
    const detail = 'looking for what to do';
    act({ ...record, state: 'working', detail, pageAt: record.startedAt + pageAfterMs }, remedy, alert);
  }

  function plan(record: HealRecord, remedy: Remedy, alert: Alert): void {
    const planned = keep({ ...record, state: 'planned', detail: 'not armed', pageAt: null });
    track(planned, async () => {
      const steps = await stepsOf(planned, remedy, alert);
      end(planned, 'planned', `would ${steps.map(({ description }) => description).join('; ')} (not armed)`);
    });
  }

  function act(record: HealRecord, remedy: Remedy, alert: Alert): void {
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
      if (!isArmed(remedy)) return refuse(record, 'disarmed', 'disarmed before anything was done');
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

  function stepRun(record: HealRecord, remedy: Remedy, resolved: AbortSignal): StepRun {
    const armed = (): boolean => isArmed(remedy);
    return { healId: record.id, remedy, journal, clock, signal, callMs: CALL_MS, resolved, isArmed: armed };
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
    async idle() {
      while (atWork.size > 0) await Promise.all([...atWork.values()].map(({ done }) => done));
    },
  };
}

/** A dry run that finds nothing is still only a plan. */
function failedState(record: HealRecord): 'planned' | 'failed' {
  return record.state === 'planned' ? 'planned' : 'failed';
}
