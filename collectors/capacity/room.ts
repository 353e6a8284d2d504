import { freeOf, type QuotaReading } from './quota-reading.ts';
import type { Need, QuotaChoice } from './settings.ts';

/** How many tenants one need leaves room for, in one scope. */
export interface Room {
  readonly need: Need;
  /** Undefined where nothing is known. */
  readonly tenants: number | undefined;
  /** The same by resource, of those that are there and known. */
  readonly byResource: ReadonlyMap<string, number>;
  /** How many quotas of it are not known: without a limit, without a use, or too old. */
  readonly unknown: number;
  /** Whether some of it was read too long ago. */
  readonly isStale: boolean;
  /** The quota to raise, or to make room in. */
  readonly binding: { readonly quota: string; readonly resource: string };
  /** Units in use, over all resources. */
  readonly used: number;
}

/**
 * The room that a need leaves among the readings of one scope: the sum over its resources of floor(free / units), as any
 * of them will do but none can be cut in two, and what further resources bring. Undefined where the need is not met with
 * here at all.
 */
export function roomFor(need: Need, readings: readonly QuotaReading[]): Room | undefined {
  const resources = readings.filter((reading) => isChosen(need, reading));
  const further = furtherResources(need, readings);
  if (resources.length === 0 && further === undefined) return undefined;
  const byResource = new Map(resources.flatMap((reading) => tenantsIn(reading, need.units)));
  const more = further?.count === undefined ? undefined : further.count * Math.floor(need.each / need.units);
  return {
    need,
    tenants:
      byResource.size === 0 && more === undefined ? undefined : sum([...byResource.values(), more ?? 0]),
    byResource,
    unknown: resources.filter(isUnknown).length + (further?.unknown ?? 0),
    isStale: further?.isStale === true || resources.some((reading) => reading.isStale),
    binding: further?.binding ?? bindingIn(need, resources),
    used: sum(resources.map(({ used = 0 }) => used)),
  };
}

interface Further extends Pick<Room, 'unknown' | 'isStale' | 'binding'> {
  readonly count: number | undefined;
}

/** How many resources may be added: the least that the quotas of them leave. */
function furtherResources({ moreOf }: Need, readings: readonly QuotaReading[]): Further | undefined {
  const links = moreOf.flatMap((link) => {
    const found = whereMoreGo(readings.filter((reading) => isChosen(link, reading)));
    return found.length === 0 ? [] : [{ link, found, free: knownSum(found.map(freeOf)) }];
  });
  if (links.length === 0) return undefined;
  const least = links.toSorted((a, b) => (a.free ?? Infinity) - (b.free ?? Infinity))[0];
  if (least === undefined) return undefined;
  return {
    count: least.free === undefined ? undefined : Math.floor(least.free),
    unknown: links.flatMap(({ found }) => found.filter(isUnknown)).length,
    isStale: links.some(({ found }) => found.some((reading) => reading.isStale)),
    binding: bindingIn(least.link, least.found),
  };
}

/**
 * Of a quota that several resources have by themselves, those in use count: a new database server is of an edition that
 * the fleet runs. Before the first one, any, but one.
 */
function whereMoreGo(readings: readonly QuotaReading[]): readonly QuotaReading[] {
  const inUse = readings.filter(({ used }) => used === undefined || used > 0);
  return inUse.length > 0 ? inUse : readings.slice(0, 1);
}

function isChosen({ quota, resource }: QuotaChoice, reading: QuotaReading): boolean {
  return reading.quota === quota && (resource === undefined || reading.resource === resource);
}

/** Also what is too old counts: to leave it out would let the number rise because nobody looks any more. */
function tenantsIn(reading: QuotaReading, units: number): [string, number][] {
  const free = freeOf(reading);
  return free === undefined ? [] : [[reading.resource, Math.floor(free / units)]];
}

function isUnknown(reading: QuotaReading): boolean {
  return reading.isStale || freeOf(reading) === undefined;
}

function bindingIn({ quota }: QuotaChoice, resources: readonly QuotaReading[]): Room['binding'] {
  return { quota, resource: resources.length === 1 ? (resources[0]?.resource ?? '') : '' };
}

function knownSum(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : sum(known);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
