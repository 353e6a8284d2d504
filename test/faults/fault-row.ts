import type { SeededRandom } from '../../src/simulator/random.ts';
import type { Agent } from './agent.ts';
import type { FaultStore, StoreKind } from './fault-store.ts';
import type { NumberedLog } from './numbered-log.ts';
import type { Profile } from './profile.ts';
import type { Stamps } from './stamps.ts';
import type { StoredCounts } from './stored-lines.ts';

/** Where a row plays: a log that grows, an agent that reads it, a store that it ships to. */
export interface FaultWorld {
  /** Holds `octowatch.yml`, `data/` and `logs/`. */
  readonly directory: string;
  readonly profile: Profile;
  readonly random: SeededRandom;
  readonly log: NumberedLog;
  readonly store: FaultStore;
  readonly agent: Agent;
}

/** What a row made for itself. */
export interface Prepared {
  /** More of `fleet.instances`. */
  readonly instances?: readonly object[];
  readonly close: () => Promise<void>;
}

/** One fault. It begins with a running agent and a log that grows; nobody need clean up but for `setUp`. */
export interface FaultRow {
  /** For the command line. */
  readonly name: string;
  /** For the table. */
  readonly title: (profile: Profile) => string;
  /** What Telegraf lost and doubled of so many lines under the same fault; absent where nobody measured. */
  readonly telegraf?: { readonly lines: string; readonly lost: string; readonly doubled: string };
  readonly stores: readonly StoreKind[];
  /** The stores that `--quick` plays it against. Default: the fake. */
  readonly quick?: readonly StoreKind[];
  /** Makes what the row needs before anything starts; a text says why it cannot, and skips the row. */
  readonly setUp?: (directory: string) => Promise<string | Prepared>;
  /** Configuration beside the usual. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Configuration of the instance beside the usual. */
  readonly instance?: Readonly<Record<string, unknown>>;
  readonly env?: (directory: string) => Readonly<Record<string, string>>;
  readonly stamps?: Stamps;
  /** One in so many lines is refused for good. */
  readonly poisonEvery?: number;
  /** Whether the agent saw all bytes that were destroyed, so that its count is to be exact. */
  readonly sawDestroyed?: boolean;
  /** Whether a quick run waits for the rollups too: that takes a window and 5 s. A full run always does. */
  readonly waitsForRollups?: boolean;
  /** Plays the fault and returns when it is over; what it returns stands in the table. */
  readonly run: (world: FaultWorld) => Promise<string | void>;
  /** Whether documents are written that are no lines, to the very end. */
  readonly polls?: boolean;
  /** What else is wrong with what is stored. */
  readonly check?: (counts: StoredCounts, written: number) => readonly string[];
}
