import type { SharedTrait } from '../../model/incident.ts';
import type { Labels } from '../../model/labels.ts';

/** A group of firing pages at one receiver, as storms see it. */
export interface StormGroup {
  /** The incident's key. */
  readonly key: string;
  readonly alertname: string;
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
  readonly groups: readonly StormGroup[];
  /** Every tenant that is awake, with its info labels (region, node, database_server, version). */
  readonly fleet: ReadonlyMap<string, Labels>;
}

/** Many tenants with the same trouble, told as one incident. */
export interface Storm {
  /** Stable over restarts for as long as the storm lasts, and different for a new class: it gives the dedup key. */
  readonly id: string;
  /** What it is by: a new one is a new page, all else is an edit. */
  readonly class: {
    readonly alertname: string;
    readonly trait?: { readonly name: string; readonly value: string };
  };
  readonly startedAt: number;
  /** `37 of 1,000 tenants down, 35 on sql-7`: at most 120 characters. */
  readonly line: string;
  readonly shared: readonly SharedTrait[];
  /** Keys of the groups that are told by it. */
  readonly members: readonly string[];
  readonly tenants: readonly string[];
}
