import { furtherResources } from './further.ts';
import { bindingIn, freeOf, isChosen, isUnknown, type QuotaAt, type QuotaReading } from './quota-reading.ts';
import type { Need } from './settings.ts';

/** How many tenants one need leaves room for, in one scope. */
export interface Room {
  readonly need: Need;
  /** Undefined where nothing is known. */
  readonly tenants: number | undefined;
  /** Of these, on the resources that are there and known. */
  readonly byResource: ReadonlyMap<string, number>;
  /** Of these, on resources that may be added. */
  readonly onFurther: number;
  /** How many quotas of it are not known: without a limit, without a use, or too old. */
  readonly unknown: number;
  /** Whether some of it was read too long ago. */
  readonly isStale: boolean;
  /** The quota to raise, or to make room in. */
  readonly binding: QuotaAt;
  /** Units in use, over all resources. */
  readonly used: number;
}

/**
 * The room that a need leaves among the readings of one scope: the sum over its resources of floor(free / units), as any
 * of them will do but none can be cut in two, and what further resources bring. Undefined where the need is not met with
 * here at all.
 * @param own the readings of the scope
 * @param all the readings of all scopes
 */
export function roomFor(
  need: Need,
  own: readonly QuotaReading[],
  all: readonly QuotaReading[],
): Room | undefined {
  const resources = own.filter((reading) => isChosen(need, reading));
  const further = furtherResources(need, own, all);
  const binding = further?.binding ?? bindingIn(resources);
  if (binding === undefined) return undefined;
  const byResource = new Map(resources.flatMap((reading) => tenantsIn(reading, need.units)));
  const each = need.each ?? leastLimit(resources);
  const count = each === undefined ? undefined : further?.count;
  const onFurther = (count ?? 0) * Math.floor((each ?? 0) / need.units);
  return {
    need,
    tenants:
      byResource.size === 0 && count === undefined ? undefined : sum([...byResource.values(), onFurther]),
    byResource,
    onFurther,
    unknown: resources.filter(isUnknown).length + (further?.unknown ?? 0),
    isStale: further?.isStale === true || resources.some((reading) => reading.isStale),
    binding,
    used: sum(resources.map(({ used = 0 }) => used)),
  };
}

/** Also what is too old counts: to leave it out would let the number rise because nobody looks any more. */
function tenantsIn(reading: QuotaReading, units: number): [string, number][] {
  const free = freeOf(reading);
  return free === undefined ? [] : [[reading.resource, Math.floor(free / units)]];
}

/** What a further resource brings, where nobody says: as much as the smallest that is there. */
function leastLimit(resources: readonly QuotaReading[]): number | undefined {
  const limits = resources.flatMap(({ limit }) => limit ?? []);
  return limits.length === 0 ? undefined : Math.min(...limits);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
