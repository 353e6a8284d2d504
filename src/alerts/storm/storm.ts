import type { SharedTrait } from '../../model/incident.ts';
import type { Labels } from '../../model/labels.ts';

/** When many tenants are one incident; the meaning of each is in the reference of the configuration. */
export interface StormSettings {
  readonly enabled: boolean;
  readonly minTenants: number;
  readonly minLift: number;
  readonly minShare: number;
  readonly settleMs: number;
}

/**
 * How long nobody may have had the trouble for the storm to be over, ms: half of what it waits for with some left. Who comes
 * back sooner is no news; who is told it is over should not wait for that longer than of any other incident.
 */
export function quietMs({ settleMs }: Pick<StormSettings, 'settleMs'>): number {
  return settleMs / 2;
}

/** A group of firing pages at one receiver, as storms see it. */
export interface StormGroup {
  /** The incident's key. */
  readonly key: string;
  readonly alertname: string;
  /** Empty when it is about no tenant: such a group is part of no storm. */
  readonly tenant: string;
  /** Its page line. */
  readonly line: string;
  /** When its first alert fired, ms. */
  readonly firedAt: number;
}

/** What storms of one receiver are made of. */
export interface StormView {
  readonly now: number;
  readonly receiver: string;
  /**
   * All that fire and would be told, also those that still gather: of the first five victims alone nobody can say whether it
   * is their region. So the first look is due when a group is due, not at the first alert.
   */
  readonly groups: readonly StormGroup[];
  /**
   * Every tenant that is awake, with its info labels (region, node, database_server, version). Hand in the same map for as
   * long as nothing changes in it: what is counted of it is kept with it.
   */
  readonly fleet: ReadonlyMap<string, Labels>;
}

/** An info label and its value. */
export interface Trait {
  readonly name: string;
  readonly value: string;
}

/** What a storm is by: a new one is a new page, all else is an edit. */
export interface StormClass {
  /** The symptom that most of its tenants had when it began. With a trait it is no part of what tells classes apart. */
  readonly alertname: string;
  readonly trait?: Trait;
}

/** Many tenants with the same trouble, told as one incident. */
export interface Storm {
  /** Stable over restarts for as long as the storm lasts, and different for a new class: it gives the dedup key. */
  readonly id: string;
  readonly class: StormClass;
  /** When so many tenants had the trouble that it was a storm, ms. */
  readonly startedAt: number;
  /** `37 of 1,000 tenants down, 35 on sql-7: login timeout, 13 min`: at most 120 characters, the first 60 enough alone. */
  readonly line: string;
  /** What most of those with its symptoms have, the most telling first; a lift of about 1 says that everybody has it. */
  readonly shared: readonly SharedTrait[];
  /** Keys of the groups that are told by it. Empty while it waits, after the last one ended, whether it is over. */
  readonly members: readonly string[];
  readonly tenants: readonly string[];
  /** Ids of the storms that it took members from when it began: those that are over are merged into it. */
  readonly replaces: readonly string[];
}

/** A text that is equal exactly when it is the same class. */
export function classKey({ alertname, trait }: StormClass): string {
  return trait === undefined ? `alertname\u0001${alertname}` : `trait\u0001${trait.name}\u0001${trait.value}`;
}
