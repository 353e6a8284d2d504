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

/** What is known at one poll. */
export interface Sighting {
  readonly fleet: ReadonlyMap<string, Target>;
  readonly pings: ReadonlyMap<string, Pings>;
  readonly settings: ProvisioningSettings;
  /** ms. */
  readonly now: number;
}

/** The new tenants of a fleet: takes them up, and tells how the provisioning of each ended. Changes the register. */
export function watchNew(register: Register, sighting: Sighting): readonly Ended[] {
  forgetGone(register, sighting);
  forgetAsleep(register, sighting);
  const ended = [...takeUp(register, sighting), ...endWaiting(register, sighting)];
  forgetFailed(register, sighting);
  return ended;
}

function* takeUp(register: Register, { fleet, pings, settings, now }: Sighting): Iterable<Ended> {
  const isFirstStart = now - register.since < settings.first_start;
  for (const [tenant, target] of fleet) {
    if (register.known.has(tenant)) continue;
    register.known.add(tenant);
    if (isFirstStart || target.asleep === true) continue;
    const sinceAt = Math.min(now, pings.get(tenant)?.firstAt ?? now);
    if (wasAway(register, now)) yield { tenant, outcome: 'unseen', sinceAt, at: now };
    else register.waiting.set(tenant, sinceAt);
  }
}

function* endWaiting(register: Register, sighting: Sighting): Iterable<Ended> {
  for (const [tenant, sinceAt] of register.waiting) {
    const ended = sighting.fleet.has(tenant) ? endOf(register, sighting, tenant, sinceAt) : undefined;
    if (ended === undefined) continue;
    register.waiting.delete(tenant);
    if (ended.outcome === 'failed') register.failed.set(tenant, sinceAt);
    yield ended;
  }
}

function endOf(
  register: Register,
  { pings, settings, now }: Sighting,
  tenant: string,
  sinceAt: number,
): Ended | undefined {
  const base = { tenant, sinceAt };
  if (wasAway(register, now)) return { ...base, outcome: 'unseen', at: now };
  const at = answerOf(pings.get(tenant), sinceAt);
  if (at !== undefined) return { ...base, outcome: 'ready', at };
  return now - sinceAt >= settings.fail_after ? { ...base, outcome: 'failed', at: now } : undefined;
}

/** One that answers after all, or is nobody's concern after a day. */
function forgetFailed({ failed }: Register, { pings, settings, now }: Sighting): void {
  for (const [tenant, sinceAt] of failed)
    if (answerOf(pings.get(tenant), sinceAt) !== undefined || now - sinceAt > settings.forget_after)
      failed.delete(tenant);
}

function answerOf(pings: Pings | undefined, sinceAt: number): number | undefined {
  return pings?.answeredAt.find((at) => at >= sinceAt);
}

function wasAway({ lastPoll }: Register, now: number): boolean {
  return now - lastPoll > BLIND_MS;
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

/** Nobody asks one that was put to sleep before it answered: it can neither answer nor fail. */
function forgetAsleep({ waiting, failed }: Register, { fleet }: Sighting): void {
  for (const tenant of [...waiting.keys(), ...failed.keys()]) {
    if (fleet.get(tenant)?.asleep !== true) continue;
    waiting.delete(tenant);
    failed.delete(tenant);
  }
}

/** A source that loses sight of its tenants for a while does not make them new. */
function forgetGone({ known, gone, waiting, failed }: Register, { fleet, settings, now }: Sighting): void {
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
    if (now - since < settings.forget_after) continue;
    known.delete(tenant);
    gone.delete(tenant);
  }
}
