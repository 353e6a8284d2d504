import type { StormClass, StormGroup, StormSettings, Trait } from './storm.ts';
import { classKey } from './storm.ts';
import { byEvidence, compare, type FleetTraits, type Sighting } from './traits.ts';

/** What fired within this of each other, ms, fired at once. */
const AT_ONCE_MS = 10 * 60_000;
/** So much of the fleet with the same alert at once is no coincidence, even in a large fleet. */
const UNUSUAL_SHARE = 0.005;
/** Alerts that so much of a storm's tenants have are its symptoms. */
const SYMPTOM_SHARE = 0.1;
const MOST_CLUSTERS = 8;
const MOST_POOLS = 16;

/** Groups that have one cause, as far as can be told from what their tenants share. */
export interface Cluster {
  readonly class: StormClass;
  readonly groups: readonly StormGroup[];
}

/**
 * Divides groups by what explains them, the best explained first; what is in none of the answers is told alone.
 * Independent of the order of the groups, and of what was answered before.
 */
export function explain(
  groups: readonly StormGroup[],
  fleet: FleetTraits,
  settings: StormSettings,
): Cluster[] {
  const clusters: Cluster[] = [];
  const classes = new Set<string>();
  let rest = groups;
  while (clusters.length < MOST_CLUSTERS && rest.length >= settings.minTenants) {
    const found =
      bySharedTrait(rest, fleet, settings, classes) ?? byAlertname(rest, fleet, settings, classes);
    if (found === undefined) break;
    clusters.push(found);
    classes.add(classKey(found.class));
    const taken = new Set(found.groups);
    rest = rest.filter((group) => !taken.has(group));
  }
  return clusters;
}

function bySharedTrait(
  groups: readonly StormGroup[],
  fleet: FleetTraits,
  settings: StormSettings,
  not: ReadonlySet<string>,
): Cluster | undefined {
  const telling = poolsOf(groups, settings.minTenants)
    .flatMap((pool) => fleet.sightings(pool, settings.minShare))
    .filter((sighting) => fleet.isTelling(sighting, settings.minLift))
    .toSorted(byEvidence);
  for (const { trait } of unseen(telling, not)) {
    const found = gather(
      groups.filter(({ tenant }) => fleet.has(tenant, trait)),
      settings,
      trait,
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

function unseen(sightings: readonly Sighting[], not: ReadonlySet<string>): Sighting[] {
  const seen = new Set(not);
  return sightings.filter(({ trait }) => {
    const key = classKey({ alertname: '', trait });
    return !seen.has(key) && seen.add(key);
  });
}

/**
 * Tenants among whom a shared trait is looked for: all, those with the same alert, and of both those that began lately: what
 * has been firing for days must not hide what half of the newcomers share.
 */
function poolsOf(groups: readonly StormGroup[], minTenants: number): ReadonlySet<string>[] {
  const newest = groups.reduce((latest, { firedAt }) => Math.max(latest, firedAt), -Infinity);
  const recent = groups.filter(({ firedAt }) => firedAt > newest - AT_ONCE_MS);
  const pools = [groups, ...(recent.length < groups.length ? [recent] : [])].flatMap((some) => {
    const byName = tenantsByAlertname(some);
    return byName.size === 1 ? [...byName.values()] : [tenantsOf(some), ...byName.values()];
  });
  return pools
    .filter(({ size }) => size >= minTenants)
    .toSorted((a, b) => b.size - a.size)
    .slice(0, MOST_POOLS);
}

/** Many tenants with the same alert at once, who share nothing. */
function byAlertname(
  groups: readonly StormGroup[],
  fleet: FleetTraits,
  settings: StormSettings,
  not: ReadonlySet<string>,
): Cluster | undefined {
  const enough = Math.max(settings.minTenants, Math.ceil(UNUSUAL_SHARE * fleet.size));
  const names = [...tenantsByAlertname(groups)]
    .filter(([alertname, tenants]) => tenants.size >= enough && !not.has(classKey({ alertname })))
    .toSorted(([a, x], [b, y]) => y.size - x.size || compare(a, b));
  for (const [alertname] of names) {
    const burst = burstOf(
      groups.filter((group) => group.alertname === alertname),
      enough,
    );
    if (burst !== undefined)
      return gather(
        groups.filter(({ tenant }) => burst.has(tenant)),
        settings,
        undefined,
        alertname,
      );
  }
  return undefined;
}

/** The tenants of the largest burst, the earliest of equal ones, and of all that fired since; undefined below `enough`. */
function burstOf(groups: readonly StormGroup[], enough: number): ReadonlySet<string> | undefined {
  const first = firstFiredAt(groups);
  const times = [...first.values()].toSorted((a, b) => a - b);
  let [begin, most, end] = [0, 0, 0];
  for (const [index, time] of times.entries()) {
    while (end < times.length && (times[end] ?? 0) <= time + AT_ONCE_MS) end++;
    if (end - index > most) [begin, most] = [time, end - index];
  }
  if (most < enough) return undefined;
  return new Set([...first].filter(([, time]) => time >= begin).map(([tenant]) => tenant));
}

function gather(
  groups: readonly StormGroup[],
  settings: StormSettings,
  trait?: Trait,
  alertname = mainSymptom(groups),
): Cluster | undefined {
  const symptoms = symptomsOf(groups, settings.minTenants);
  const members = groups.filter((group) => symptoms.has(group.alertname));
  if (alertname === undefined || tenantsOf(members).size < settings.minTenants) return undefined;
  return { class: { alertname, ...(trait === undefined ? {} : { trait }) }, groups: members };
}

/** The alerts that enough of the groups' tenants have for them to be of one cause: a single expired licence is not. */
export function symptomsOf(groups: readonly StormGroup[], minTenants: number): ReadonlySet<string> {
  const byName = tenantsByAlertname(groups);
  const share = Math.ceil(SYMPTOM_SHARE * tenantsOf(groups).size);
  const enough = Math.min(Math.max(2, share), minTenants);
  return new Set([...byName].filter(([, { size }]) => size >= enough).map(([name]) => name));
}

/** The alert that most of the groups' tenants have; undefined when there are none. */
export function mainSymptom(groups: readonly StormGroup[]): string | undefined {
  return [...tenantsByAlertname(groups)].toSorted(
    ([a, x], [b, y]) => y.size - x.size || compare(a, b),
  )[0]?.[0];
}

export function tenantsByAlertname(groups: readonly StormGroup[]): Map<string, Set<string>> {
  const byName = new Map<string, Set<string>>();
  for (const { alertname, tenant } of groups) {
    const tenants = byName.get(alertname);
    if (tenants === undefined) byName.set(alertname, new Set([tenant]));
    else tenants.add(tenant);
  }
  return byName;
}

export function tenantsOf(groups: readonly StormGroup[]): Set<string> {
  const tenants = new Set<string>();
  for (const { tenant } of groups) tenants.add(tenant);
  return tenants;
}

/** When each tenant's first group fired, ms. */
export function firstFiredAt(groups: readonly StormGroup[]): Map<string, number> {
  const first = new Map<string, number>();
  for (const { tenant, firedAt } of groups)
    first.set(tenant, Math.min(firedAt, first.get(tenant) ?? Infinity));
  return first;
}
