import type { QuotaAt, QuotaReading, QuotaScope } from './quota-reading.ts';
import { roomFor, type Room } from './room.ts';
import type { Need } from './settings.ts';

/** How wide a number of tenants is meant; also the label `scope`. */
export type Level = 'fleet' | 'provider' | 'account' | 'region';

/** How many more tenants there is room for; wider levels have empty names for what they span. */
export interface Capacity extends QuotaScope {
  readonly level: Level;
  readonly tenants: number;
  /** The quota that leaves the least room. */
  readonly binding: QuotaAt;
}

/** The room one need leaves in one scope. */
export interface ScopedRoom extends QuotaScope {
  readonly room: Room;
}

interface Amount {
  readonly tenants: number;
  readonly binding: QuotaAt;
}

/** A provider's account: the places where tenants can be, and what is limited for all of them together. */
interface Account {
  readonly places: readonly (readonly ScopedRoom[])[];
  readonly shared: readonly ScopedRoom[];
}

/** The room of each need in each scope that has to do with it. */
export function roomsOf(needs: readonly Need[], readings: readonly QuotaReading[]): ScopedRoom[] {
  return [...Map.groupBy(readings, scopeKey).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { provider, account, region } = first;
    return needs.flatMap((need) => {
      const room = roomFor(need, group, readings);
      return room === undefined ? [] : [{ provider, account, region, room }];
    });
  });
}

/**
 * How many tenants there is room for, at every level. In a region it is the least of its quotas, as a tenant takes of all of
 * them; regions and accounts add up, as a tenant is in one of them; of several providers the least counts, as a tenant takes
 * of each (a pod of Kubernetes, a database of Azure). Nothing where nothing is known.
 */
export function capacityOf(rooms: readonly ScopedRoom[]): Capacity[] {
  const found: Capacity[] = [];
  const providers: Amount[] = [];
  for (const [provider, own] of Map.groupBy(rooms, (room) => room.provider)) {
    const accounts = [...Map.groupBy(own, (room) => room.account)].map(
      ([account, its]) => [account, accountOf(its)] as const,
    );
    const needed = neededIn(accounts.flatMap(([, { places }]) => places));
    const amounts = accounts.flatMap(([account, { places, shared }]) => {
      const regions = places.flatMap((place) => regionCapacity(place, shared, needed));
      found.push(...regions.filter(({ region }) => region !== ''));
      const amount = least([together(regions), ...shared.map(amountOf)], regions.length > 0);
      if (amount !== undefined) found.push({ level: 'account', provider, account, region: '', ...amount });
      return amount ?? [];
    });
    const amount = together(amounts);
    if (amount === undefined) continue;
    found.push({ level: 'provider', provider, account: '', region: '', ...amount });
    providers.push(amount);
  }
  const all = least(providers, true);
  return all === undefined
    ? found
    : [...found, { level: 'fleet', provider: '', account: '', region: '', ...all }];
}

/** An account without regions is one place; one with regions has quotas that these share. */
function accountOf(rooms: readonly ScopedRoom[]): Account {
  const byRegion = Map.groupBy(rooms, ({ region }) => region);
  const shared = byRegion.get('') ?? [];
  if (byRegion.size === 1) return { places: [...byRegion.values()], shared: [] };
  byRegion.delete('');
  return { places: [...byRegion.values()], shared };
}

function neededIn(places: Account['places']): ReadonlySet<string> {
  return new Set(places.flat().map(({ room }) => room.need.quota));
}

/** Nothing for a place that lacks what a tenant takes elsewhere: no tenant can be put there. */
function regionCapacity(
  place: readonly ScopedRoom[],
  shared: readonly ScopedRoom[],
  needed: ReadonlySet<string>,
): Capacity[] {
  const [first] = place;
  if (first === undefined || neededIn([place]).size < needed.size) return [];
  const amount = least([...place.map(amountOf), ...jointAmounts(place), ...shared.map(amountOf)], true);
  const { provider, account, region } = first;
  return amount === undefined ? [] : [{ level: 'region', provider, account, region, ...amount }];
}

function amountOf({ room: { tenants, binding } }: ScopedRoom): Amount | undefined {
  return tenants === undefined ? undefined : { tenants, binding };
}

/**
 * The room of needs that one resource has to meet: on each the least of them. A node full of disks has no room for a pod,
 * however many more it could run. Nothing where no resource has all of them.
 */
function jointAmounts(place: readonly ScopedRoom[]): Amount[] {
  const groups = Map.groupBy(place, ({ room }) => room.need.together);
  return [...groups].flatMap(([word, rooms]) => {
    const tightest = least(rooms.map(amountOf), true);
    if (word === undefined || tightest === undefined) return [];
    const maps = rooms.map(({ room }) => byHolder(room));
    const [first = new Map<string, number>(), ...others] = maps;
    const shared = [...first.keys()].filter((name) => others.every((map) => map.has(name)));
    const onThese = shared.reduce((sum, name) => sum + Math.min(...maps.map((map) => map.get(name) ?? 0)), 0);
    const onFurther = Math.min(...rooms.map(({ room }) => room.onFurther));
    return shared.length === 0 ? [] : [{ ...tightest, tenants: onThese + onFurther }];
  });
}

/** Resources by what holds them: the disks of two drivers, `node-1/disk` and `node-1/file`, are those of a node. */
function byHolder({ byResource }: Room): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [resource, tenants] of byResource) {
    const [holder = ''] = resource.split('/');
    found.set(holder, (found.get(holder) ?? 0) + tenants);
  }
  return found;
}

/** The least of what is known. */
function least(amounts: readonly (Amount | undefined)[], counts: boolean): Amount | undefined {
  const known = amounts.filter((amount) => amount !== undefined);
  return counts ? known.toSorted((a, b) => a.tenants - b.tenants)[0] : undefined;
}

/** The sum; bound by what bounds the place with the most room, as that one is full last. */
function together(amounts: readonly Amount[]): Amount | undefined {
  const most = amounts.toSorted((a, b) => b.tenants - a.tenants)[0];
  if (most === undefined) return undefined;
  return { tenants: amounts.reduce((sum, { tenants }) => sum + tenants, 0), binding: most.binding };
}

function scopeKey({ provider, account, region }: QuotaScope): string {
  return `${provider}\n${account}\n${region}`;
}
