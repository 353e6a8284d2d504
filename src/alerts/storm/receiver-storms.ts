import { z } from 'zod';
import { eventId } from '../../model/event-id.ts';
import { explain, firstFiredAt, symptomsOf, tenantsOf, type Cluster } from './explain.ts';
import { OpenStorm, savedStorm } from './open-storm.ts';
import { classKey, quietMs, type StormGroup, type StormSettings, type StormView } from './storm.ts';
import { compare, evidenceOf, type FleetTraits } from './traits.ts';

/** How long another explanation must be the better one before those who know of the storm are told anew, ms. */
const CONFIRM_MS = 60_000;
/** No receiver has more at once; what comes then is told alone, or by the rate limit. */
const MOST_STORMS = 16;

export const savedReceiverStorms = z.strictObject({
  storms: z.array(savedStorm),
  /** Classes that were replaced by another explanation, and until when that cannot be taken back, ms. */
  left: z.array(z.tuple([z.string(), z.number()])),
});

export type SavedReceiverStorms = z.infer<typeof savedReceiverStorms>;

interface Scene {
  readonly now: number;
  readonly receiver: string;
  readonly groups: readonly StormGroup[];
  readonly fleet: FleetTraits;
}

/**
 * The storms of one receiver. A group that a storm took in stays with it until it ends, or until a storm of another class
 * explains most of that storm better; it never goes back to being told alone.
 */
export class ReceiverStorms {
  readonly #settings: StormSettings;
  #storms: OpenStorm[];
  /** Which storm tells a group, by key. */
  #owners = new Map<string, OpenStorm>();
  #left: Map<string, number>;
  /** Since when a class explains a storm better than its own does, ms. */
  #better = new Map<string, number>();

  constructor(settings: StormSettings, saved: SavedReceiverStorms = { storms: [], left: [] }) {
    this.#settings = settings;
    this.#storms = saved.storms.map((storm) => new OpenStorm(storm));
    this.#left = new Map(saved.left);
  }

  save(): SavedReceiverStorms {
    return { storms: this.#storms.map((storm) => storm.save()), left: [...this.#left] };
  }

  get isEmpty(): boolean {
    return this.#storms.length === 0 && this.#left.size === 0;
  }

  /** When there may be news although no alert changes, ms. */
  get dueAt(): number | undefined {
    const { settleMs } = this.#settings;
    const times = [
      ...this.#storms.flatMap(({ fellAt, isClosed }) =>
        fellAt === undefined || isClosed ? [] : [fellAt + settleMs],
      ),
      ...this.#storms.flatMap(({ emptySince }) =>
        emptySince === undefined ? [] : [emptySince + quietMs(this.#settings)],
      ),
      ...[...this.#better.values()].map((since) => since + CONFIRM_MS),
    ];
    return times.length === 0 ? undefined : Math.min(...times);
  }

  look({ now, receiver, groups }: StormView, fleet: FleetTraits): readonly OpenStorm[] {
    const scene: Scene = { now, receiver, groups: groups.filter(({ tenant }) => tenant !== ''), fleet };
    const firing = new Map(scene.groups.map((group) => [group.key, group]));
    this.#refresh(firing);
    this.#settle(now);
    this.#takeInByTrait(scene);
    this.#reconsider(scene);
    this.#takeInByAlertname(scene);
    this.#measure(now);
    return this.#storms;
  }

  #refresh(firing: ReadonlyMap<string, StormGroup>): void {
    this.#owners = new Map();
    for (const storm of this.#storms) {
      storm.refresh(firing);
      for (const { key } of storm.members()) this.#owners.set(key, storm);
    }
  }

  #give(storm: OpenStorm, group: StormGroup): void {
    this.#owners.get(group.key)?.remove(group);
    this.#owners.set(group.key, storm);
    storm.add(group);
  }

  /** Ends what has been quiet, or small, for long enough. */
  #settle(now: number): void {
    const { settleMs } = this.#settings;
    for (const storm of this.#storms) {
      // A clock that was set back must not prolong it.
      storm.fellAt = earliest(storm.fellAt, now);
      storm.emptySince = earliest(storm.emptySince, now);
      if (isPast(storm.fellAt, settleMs, now)) storm.isClosed = true;
      if (storm.isEmpty && isPast(storm.emptySince, quietMs(this.#settings), now)) storm.isClosed = true;
    }
    this.#storms = this.#storms.filter(({ isClosed, isEmpty }) => !isClosed || !isEmpty);
    for (const [key, until] of this.#left) if (until <= now || until > now + settleMs) this.#left.delete(key);
  }

  #live(): OpenStorm[] {
    return this.#storms.filter(({ isClosed }) => !isClosed);
  }

  #untold(groups: readonly StormGroup[]): StormGroup[] {
    return groups.filter(({ key }) => !this.#owners.has(key));
  }

  #takeInByTrait(scene: Scene): void {
    for (const storm of this.#live()) {
      const { trait } = storm.class;
      if (trait === undefined) continue;
      const found = this.#untold(scene.groups).filter(({ tenant }) => scene.fleet.has(tenant, trait));
      this.#takeIn(storm, found);
    }
  }

  #takeInByAlertname(scene: Scene): void {
    for (const storm of this.#live()) {
      const { trait, alertname } = storm.class;
      if (trait !== undefined) continue;
      const untold = this.#untold(scene.groups);
      const found = untold.filter(
        (group) => group.alertname === alertname && group.firedAt >= storm.startedAt,
      );
      const tenants = storm.tenants().union(tenantsOf(found));
      this.#takeIn(
        storm,
        untold.filter(({ tenant }) => tenants.has(tenant)),
      );
    }
  }

  /** Takes in those that have the storm's symptoms. */
  #takeIn(storm: OpenStorm, groups: readonly StormGroup[]): void {
    if (groups.length === 0) return;
    const symptoms = symptomsOf([...storm.members(), ...groups], this.#settings.minTenants);
    for (const group of groups) if (symptoms.has(group.alertname)) this.#give(storm, group);
  }

  /** Looks at everything as if nothing had been told: what is news, or better explained, is told anew. */
  #reconsider(scene: Scene): void {
    const better = new Map<string, number>();
    for (const cluster of explain(scene.groups, scene.fleet, this.#settings)) {
      const key = classKey(cluster.class);
      const live = this.#live();
      if (live.length >= MOST_STORMS || live.some((storm) => storm.key === key)) continue;
      const rivals = this.#left.has(key) ? [] : live.filter((storm) => isRival(storm, cluster));
      const groups = this.#takeable(cluster, rivals);
      if (tenantsOf(groups).size < this.#settings.minTenants) continue;
      const at = this.#newsAt(cluster) ?? this.#betterSince(cluster, rivals, scene, better);
      if (at !== undefined) this.#open(scene, { ...cluster, groups }, rivals, at);
    }
    this.#better = better;
  }

  /** When it became a storm of tenants nobody was told of, ms; undefined when it has not. */
  #newsAt({ groups }: Cluster): number | undefined {
    return begunAt(this.#untold(groups), this.#settings.minTenants);
  }

  /** The present, when a class has been the better explanation of what was told already for long enough. */
  #betterSince(
    cluster: Cluster,
    rivals: readonly OpenStorm[],
    { now, fleet }: Scene,
    better: Map<string, number>,
  ): number | undefined {
    if (!isBetter(cluster, rivals, fleet, this.#settings.minTenants)) return undefined;
    const key = classKey(cluster.class);
    const since = Math.min(this.#better.get(key) ?? now, now);
    if (now - since >= CONFIRM_MS) return now;
    better.set(key, since);
    return undefined;
  }

  /** What nobody tells, or only a storm that is over but for them, and what rivals told until now. */
  #takeable({ groups }: Cluster, rivals: readonly OpenStorm[]): StormGroup[] {
    return groups.filter(({ key }) => {
      const owner = this.#owners.get(key);
      return owner === undefined || owner.isClosed || rivals.includes(owner);
    });
  }

  #open({ now, receiver }: Scene, cluster: Cluster, rivals: readonly OpenStorm[], at: number): void {
    const { groups } = cluster;
    const losers = new Set(groups.flatMap(({ key }) => this.#owners.get(key) ?? []));
    const storm = new OpenStorm({
      id: this.#newId(receiver, classKey(cluster.class), at),
      ...cluster.class,
      startedAt: begunAt(groups, this.#settings.minTenants) ?? at,
      peak: 0,
      replaces: [...losers].map(({ id }) => id).toSorted(compare),
      members: [],
      isClosed: false,
    });
    for (const group of groups) this.#give(storm, group);
    for (const rival of rivals) this.#leave(rival, now);
    this.#storms = [...this.#storms.filter((old) => !losers.has(old) || !old.isEmpty), storm];
  }

  /** A storm that lost most of its members goes on with the others, if there are enough, and else takes in no more. */
  #leave(rival: OpenStorm, now: number): void {
    if (rival.tenants().size >= this.#settings.minTenants) return;
    rival.isClosed = true;
    this.#left.set(rival.key, now + this.#settings.settleMs);
  }

  #newId(receiver: string, key: string, at: number): string {
    const id = eventId('storm', receiver, key, String(at));
    return this.#storms.some((storm) => storm.id === id) ? this.#newId(receiver, key, at + 1) : id;
  }

  #measure(now: number): void {
    for (const storm of this.#storms) {
      const { size } = storm.tenants();
      storm.peak = Math.max(storm.peak, size);
      if (size >= this.#settings.minTenants && !storm.isClosed) storm.fellAt = undefined;
      else storm.fellAt ??= now;
      storm.emptySince = storm.isEmpty ? (storm.emptySince ?? now) : undefined;
    }
    this.#storms = this.#storms.filter(({ isClosed, isEmpty }) => !isClosed || !isEmpty);
  }
}

function earliest(at: number | undefined, now: number): number | undefined {
  return at === undefined ? undefined : Math.min(at, now);
}

function isPast(since: number | undefined, ms: number, now: number): boolean {
  return since !== undefined && now - since >= ms;
}

/** When the last of the first `count` tenants fired, ms: whoever has had it for days does not count. */
function begunAt(groups: readonly StormGroup[], count: number): number | undefined {
  return [...firstFiredAt(groups).values()].toSorted((a, b) => a - b)[count - 1];
}

/** Whether a cluster may take members of a storm: from one without a trait any, else at least half, or it is another cause. */
function isRival(storm: OpenStorm, { class: { trait }, groups }: Cluster): boolean {
  const tenants = storm.tenants();
  const shared = tenants.intersection(tenantsOf(groups)).size;
  if (storm.class.trait === undefined && trait !== undefined) return shared > 0;
  return shared > 0 && 2 * shared >= tenants.size;
}

/**
 * Whether a class explains who is concerned, of it and its rivals, better than theirs by more than a few tenants can turn: one
 * that fits no more is worth about the logarithm of the fleet's size. Any trait is better than none.
 */
function isBetter(
  cluster: Cluster,
  rivals: readonly OpenStorm[],
  fleet: FleetTraits,
  minTenants: number,
): boolean {
  const { trait } = cluster.class;
  if (rivals.length === 0 || trait === undefined) return false;
  const victims = rivals.reduce((all, storm) => all.union(storm.tenants()), tenantsOf(cluster.groups));
  const evidence = evidenceOf(fleet.sighting(victims, trait));
  const margin = minTenants * Math.log(fleet.sizeWith(victims));
  return rivals.every(
    (rival) =>
      rival.class.trait === undefined ||
      evidence - evidenceOf(fleet.sighting(victims, rival.class.trait)) >= margin,
  );
}
