/** Fewer than so many gone at once are a usual day. */
const MANY = 3;
const SEEN = 3;
/** A source that tells of each change is asked several times in a second. */
const LEAST_MS = 60_000;
const LONG_MS = 600_000;

/** A list that lacks so many instances that the source is more likely wrong than the fleet gone. */
export interface Doubt {
  /** When it was first seen, ms. */
  readonly since: number;
  /** How often in a row. */
  readonly times: number;
  /** How many instances it lacks. */
  readonly lost: number;
}

interface Named {
  readonly tenant: string;
}

/**
 * Whether a list is held back: it lacks more than half, and at least three, of the instances that are believed, and has
 * been seen so less than three times in a row or for less than a minute, and for less than 10 minutes. Undefined: it is
 * believed.
 * @param doubt what was returned for the list before
 */
export function doubtOf(
  believed: readonly Named[],
  list: readonly Named[],
  doubt: Doubt | undefined,
  now: number,
): Doubt | undefined {
  const lost = missingFrom(list, believed).length;
  if (lost < MANY || lost <= believed.length / 2) return undefined;
  const since = Math.min(doubt?.since ?? now, now);
  const times = (doubt?.times ?? 0) + 1;
  const isSure = times >= SEEN && now - since >= LEAST_MS;
  return isSure || now - since >= LONG_MS ? undefined : { since, times, lost };
}

/** The tenants of `others` that `list` has not. */
export function missingFrom(list: readonly Named[], others: readonly Named[]): string[] {
  const there = new Set(list.map(({ tenant }) => tenant));
  return others.map(({ tenant }) => tenant).filter((tenant) => !there.has(tenant));
}
