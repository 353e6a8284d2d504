import { bindingIn, freeOf, isChosen, isUnknown, type QuotaReading, type QuotaAt } from './quota-reading.ts';
import type { Link, Need } from './settings.ts';

/** How many resources may be added. */
export interface Further {
  /** Undefined where it is not known. */
  readonly count: number | undefined;
  /** How many of the quotas behind it are not known. */
  readonly unknown: number;
  readonly isStale: boolean;
  /** The quota that allows the fewest. */
  readonly binding: QuotaAt;
}

/**
 * How many resources of a need may be added in a scope: the least that the quotas of them leave. Undefined where no such
 * quota is met with.
 * @param own the readings of the scope
 * @param all the readings of all scopes
 */
export function furtherResources(
  { moreOf }: Need,
  own: readonly QuotaReading[],
  all: readonly QuotaReading[],
): Further | undefined {
  const links = moreOf.flatMap((link) => {
    const found = whereMoreGo(readingsOf(link, own, all));
    return found.length === 0 ? [] : [{ found, free: knownSum(found.map(freeOf)) }];
  });
  const [least] = links.toSorted((a, b) => (a.free ?? Infinity) - (b.free ?? Infinity));
  const binding = bindingIn(least?.found ?? []);
  if (least === undefined || binding === undefined) return undefined;
  return {
    count: least.free === undefined ? undefined : Math.floor(least.free),
    unknown: links.flatMap(({ found }) => found.filter(isUnknown)).length,
    isStale: links.some(({ found }) => found.some((reading) => reading.isStale)),
    binding,
  };
}

/** A cluster's nodes are a quota of the cloud that it runs on, which names them by the cluster: `aks-1/pool-1`. */
function readingsOf(
  link: Link,
  own: readonly QuotaReading[],
  all: readonly QuotaReading[],
): readonly QuotaReading[] {
  const { provider } = link;
  if (provider === undefined) return own.filter((reading) => isChosen(link, reading));
  const account = own[0]?.account ?? '';
  return all.filter(
    (reading) =>
      reading.provider === provider && isChosen(link, reading) && reading.resource.startsWith(`${account}/`),
  );
}

/**
 * Of a quota that several resources have by themselves, those in use count: a new database server is of an edition that
 * the fleet runs. Before the first one, any, but one.
 */
function whereMoreGo(readings: readonly QuotaReading[]): readonly QuotaReading[] {
  const inUse = readings.filter(({ used }) => used === undefined || used > 0);
  return inUse.length > 0 ? inUse : readings.slice(0, 1);
}

function knownSum(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((total, value) => total + value, 0);
}
