import type { Target } from '../../src/collect/contract.ts';
import type { Pings } from './pings.ts';
import type { Register } from './register.ts';
import type { Outcome } from './schema.ts';

/** Settings of the collector `provisioning`; durations in ms. */
export interface ProvisioningSettings {
  readonly fail_after: number;
  readonly first_start: number;
  readonly forget_after: number;
}

/** How the provisioning of one tenant ended. */
export interface Ended {
  readonly tenant: string;
  readonly outcome: Outcome;
  /** When it was first seen, and when it ended; ms. */
  readonly sinceAt: number;
  readonly at: number;
}

/** After a longer pause between polls, nobody can say what became of a new tenant meanwhile. */
const BLIND_MS = 120_000;
/** Sources need a while after a start: a tenant that is away for less is still on its way. */
const LOST_MS = 300_000;
const DAY_MS = 86_400_000;
const KEPT_DAYS = 30;

/** The new tenants of a fleet: takes them up, and yields how the provisioning of each ended. Changes the register. */
export function* watchNew(
  register: Register,
  fleet: ReadonlyMap<string, Target>,
  pings: ReadonlyMap<string, Pings>,
  settings: ProvisioningSettings,
  now: number,
): Iterable<Ended> {
  forgetGone(register, fleet, settings, now);
  const wasAway = now - register.lastPoll > BLIND_MS;
  const isFirstStart = now - register.since < settings.first_start;
  for (const tenant of newcomers(register, fleet)) {
    register.known.add(tenant);
    if (isFirstStart || fleet.get(tenant)?.asleep === true) continue;
    const sinceAt = Math.min(now, pings.get(tenant)?.firstAt ?? now);
    if (wasAway) yield { tenant, outcome: 'unseen', sinceAt, at: now };
    else register.waiting.set(tenant, sinceAt);
  }
  for (const [tenant, sinceAt] of register.waiting) {
    const ended = fleet.has(tenant) ? endOf(tenant, sinceAt) : undefined;
    if (ended === undefined) continue;
    register.waiting.delete(tenant);
    if (ended.outcome === 'failed') register.failed.set(tenant, sinceAt);
    yield ended;
  }
  for (const [tenant, sinceAt] of register.failed)
    if (answerOf(tenant, sinceAt) !== undefined || now - sinceAt > settings.forget_after)
      register.failed.delete(tenant);

  function endOf(tenant: string, sinceAt: number): Ended | undefined {
    const base = { tenant, sinceAt };
    if (wasAway) return { ...base, outcome: 'unseen', at: now };
    const at = answerOf(tenant, sinceAt);
    if (at !== undefined) return { ...base, outcome: 'ready', at };
    return now - sinceAt >= settings.fail_after ? { ...base, outcome: 'failed', at: now } : undefined;
  }

  function answerOf(tenant: string, sinceAt: number): number | undefined {
    return pings.get(tenant)?.answeredAt.find((at) => at >= sinceAt);
  }
}

/** Counts an end into its day; what is older than 30 days is left out. */
export function countEnd({ days }: Register, { outcome, at }: Ended): void {
  if (outcome === 'unseen') return;
  const day = Math.floor(at / DAY_MS);
  const [attempts, failures] = days.get(day) ?? [0, 0];
  days.set(day, [attempts + 1, failures + Number(outcome === 'failed')]);
}

/** Attempts and failures of the last 30 days; older days are dropped. */
export function recentCounts({ days }: Register, now: number): { attempts: number; failures: number } {
  const sum = { attempts: 0, failures: 0 };
  for (const [day, [attempts, failures]] of days) {
    if (day <= Math.floor(now / DAY_MS) - KEPT_DAYS) days.delete(day);
    else {
      sum.attempts += attempts;
      sum.failures += failures;
    }
  }
  return sum;
}

function newcomers({ known }: Register, fleet: ReadonlyMap<string, Target>): string[] {
  return [...fleet.keys()].filter((tenant) => !known.has(tenant));
}

/** A source that loses sight of its tenants for a while does not make them new. */
function forgetGone(
  { known, gone, waiting, failed }: Register,
  fleet: ReadonlyMap<string, Target>,
  { forget_after: forgetAfter }: ProvisioningSettings,
  now: number,
): void {
  for (const tenant of known) {
    if (fleet.has(tenant)) {
      gone.delete(tenant);
      continue;
    }
    const since = gone.get(tenant) ?? now;
    gone.set(tenant, since);
    if (now - since < LOST_MS) continue;
    waiting.delete(tenant);
    failed.delete(tenant);
    if (now - since < forgetAfter) continue;
    known.delete(tenant);
    gone.delete(tenant);
  }
}
