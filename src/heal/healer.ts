import { ANNOTATIONS, type Alert, type AlertSink } from '../model/alert.ts';
import { humanDuration } from '../model/duration.ts';
import { eventId } from '../model/event-id.ts';
import { toFailure } from '../model/failure.ts';
import type { HealStatus, Outcome, Remedy } from '../model/plan.ts';
import type { Clock, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { refusalOf, type HealLimits } from './guard.ts';
import type { HealJournal, HealRecord } from './heal-journal.ts';
import { applySteps, settleSteps, type StepRun } from './run-steps.ts';

const CALL_MS = 10_000;
const KEEP_MS = 3_600_000;

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
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  /** Called when a heal ended or was refused: a held page may go out now. */
  readonly onChange: (alertKey: string) => void;
  readonly signal: AbortSignal;
}

/** Binds remedies to alerts: guard, act, verify; and tells where each heal stands. */
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
    firing.set(
      group,
      alerts.filter(({ state }) => state === 'firing'),
    );
    for (const alert of alerts) {
      if (alert.state === 'resolved') resolve(alert.key);
      else if (alert.state === 'firing' && alert.annotations[ANNOTATIONS.remedy] !== undefined)
        consider(alert);
    }
  }

  function consider(alert: Alert): void {
    const id = eventId(alert.key, String(alert.firedAt ?? alert.activeAt));
    const record = current.get(alert.key)?.id === id ? current.get(alert.key) : journal.find(id);
    if (record === undefined) return begin(newRecord(id, alert, clock.now()), alert);
    current.set(alert.key, record);
    // Interrupted by a crash before anything was written down to do: nothing was done, so it may begin again.
    if (record.state === 'working' && !atWork.has(id)) act(record, alert);
  }

  function begin(record: HealRecord, alert: Alert): void {
    const remedy = remedies.get(record.remedy);
    if (remedy === undefined) return refuse(record, 'unknown_remedy', `no remedy is called ${record.remedy}`);
    if (!settings().armed.has(remedy.name))
      return plan(save({ ...record, detail: 'not armed' }), remedy, alert);
    const refusal = refusalOf(alert, [...firing.values()].flat(), journal, settings().limits, clock.now());
    if (refusal !== undefined) return refuse(record, refusal.reason, refusal.detail);
    const pageAt = record.startedAt + settings().pageAfterMs;
    act(save({ ...record, state: 'working', detail: 'looking for what to do', pageAt }), alert);
  }

  function plan(record: HealRecord, remedy: Remedy, alert: Alert): void {
    track(record, async () => {
      const { steps } = await remedy.plan(alert, deadline());
      end(record, 'planned', `would ${steps.map(({ description }) => description).join('; ')} (not armed)`);
    });
  }

  function act(record: HealRecord, alert: Alert): void {
    const remedy = remedies.get(record.remedy);
    if (remedy === undefined) return refuse(record, 'unknown_remedy', `no remedy is called ${record.remedy}`);
    track(record, async (resolved) => {
      const { steps } = await remedy.plan(alert, deadline());
      if (steps.length === 0) return end(record, 'failed', 'the plan is empty: nothing to act on');
      await verify(record, await applySteps(steps, stepRun(record, remedy)), resolved);
    });
  }

  function takeUp(record: HealRecord, remedy: Remedy): void {
    track(record, async (resolved) => verify(record, await settleSteps(stepRun(record, remedy)), resolved));
  }

  async function verify(record: HealRecord, outcome: Outcome, resolved: AbortSignal): Promise<void> {
    if (outcome.status === 'failed') return end(record, 'failed', outcome.detail);
    const appliedAt = record.appliedAt ?? clock.now();
    const applied = save({ ...record, detail: outcome.detail, appliedAt });
    if (!resolved.aborted) {
      const left = appliedAt + settings().verifyWithinMs - clock.now();
      await clock.sleep(left, AbortSignal.any([signal, resolved])).catch((error: unknown) => {
        if (!resolved.aborted) throw error;
      });
    }
    if (resolved.aborted) return end(applied, 'healed', outcome.detail);
    end(
      applied,
      'failed',
      `${outcome.detail}; still firing ${humanDuration(settings().verifyWithinMs)} later`,
    );
  }

  function resolve(alertKey: string): void {
    const record = current.get(alertKey);
    if (record === undefined) return;
    atWork.get(record.id)?.resolved.abort();
    // How it went is told with the resolve, which may leave later than this.
    if (record.endedAt !== null && record.endedAt < clock.now() - KEEP_MS) current.delete(alertKey);
  }

  function refuse(record: HealRecord, reason: string, detail: string): void {
    metrics.increment('octowatch_heal_refusals_total', { remedy: record.remedy, reason });
    end(record, 'refused', detail);
  }

  function end(record: HealRecord, state: HealRecord['state'], detail: string): void {
    save({ ...record, state, detail, endedAt: clock.now() });
    metrics.increment('octowatch_heals_total', { remedy: record.remedy, outcome: state });
    log.info({ tenant: record.tenant, remedy: record.remedy, state, detail }, 'heal ended');
    options.onChange(record.alertKey);
  }

  function save(record: HealRecord): HealRecord {
    journal.save(record);
    current.set(record.alertKey, record);
    return record;
  }

  function track(record: HealRecord, work: (resolved: AbortSignal) => Promise<void>): void {
    const resolved = new AbortController();
    const done = work(resolved.signal)
      .catch((error: unknown) => {
        // At shutdown the record stays as it is, and the next start takes it up.
        if (!signal.aborted)
          end(current.get(record.alertKey) ?? record, failedState(record), toFailure(error).message);
      })
      .finally(() => atWork.delete(record.id));
    atWork.set(record.id, { done, resolved });
  }

  function deadline(): AbortSignal {
    return AbortSignal.any([signal, AbortSignal.timeout(CALL_MS)]);
  }

  function stepRun(record: HealRecord, remedy: Remedy): StepRun {
    return { healId: record.id, remedy, journal, clock, signal, callMs: CALL_MS };
  }

  return {
    update,
    status: (alertKey) => toStatus(current.get(alertKey)),
    resume() {
      for (const record of journal.working()) {
        current.set(record.alertKey, record);
        const remedy = remedies.get(record.remedy);
        if (remedy === undefined)
          refuse(record, 'unknown_remedy', `no remedy is called ${record.remedy} any more`);
        else if (journal.intentsOf(record.id).length > 0) takeUp(record, remedy);
      }
    },
    async idle() {
      while (atWork.size > 0) await Promise.all([...atWork.values()].map(({ done }) => done));
    },
  };
}

function newRecord(id: string, alert: Alert, now: number): HealRecord {
  return {
    id,
    alertKey: alert.key,
    alertName: alert.labels['alertname'] ?? '',
    remedy: alert.annotations[ANNOTATIONS.remedy] ?? '',
    tenant: alert.labels['tenant'] ?? '',
    state: 'planned',
    detail: '',
    startedAt: now,
    pageAt: null,
    appliedAt: null,
    endedAt: null,
  };
}

/** A dry run that finds nothing is still only a plan. */
function failedState(record: HealRecord): 'planned' | 'failed' {
  return record.state === 'planned' ? 'planned' : 'failed';
}

function toStatus(record: HealRecord | undefined): HealStatus | undefined {
  if (record === undefined) return undefined;
  const { alertKey, remedy, tenant, state, detail, startedAt, pageAt } = record;
  return { alertKey, remedy, tenant, state, detail, startedAt, ...(pageAt === null ? {} : { pageAt }) };
}
