import type { Dice } from './dice.ts';

export const DISK_OPERATIONS = [
  'open',
  'create',
  'stat',
  'list',
  'read',
  'append',
  'sync',
  'truncate',
  'rename',
  'remove',
  'syncDirectory',
  'deliver', // of the store: a process can die in it too
] as const;

export type DiskOperation = (typeof DISK_OPERATIONS)[number];

/** When in an operation the process dies: nothing of it done, a part (of an append), or all. */
export type Moment = 'before' | 'half' | 'after';

/** What goes wrong with one operation. */
export type Trouble =
  | { readonly kind: 'fail' }
  | { readonly kind: 'stall'; readonly ms: number }
  | { readonly kind: 'kill'; readonly moment: Moment; readonly cutsPower: boolean };

/** A trouble that waits for its operation. */
export interface Armed {
  readonly trouble: Trouble;
  /** Which operations it counts. */
  matches(operation: DiskOperation, path: string): boolean;
  /** How many of these go well before. */
  skip: number;
}

/** Faults that are armed, and the moods of a disk. */
export class DiskFaults {
  readonly #dice: Dice;
  #armed: Armed[] = [];
  /** Bytes that still fit into `data_dir`. */
  room = Number.POSITIVE_INFINITY;
  /** When an operation last met a stall, ms after the beginning. */
  stalledAt = Number.NEGATIVE_INFINITY;
  /** Share of operations that take up to `latencyMs`. */
  slowShare = 0.1;
  latencyMs = 5;
  /** Share of reads that return fewer bytes than were asked for. */
  shortReads = 0;

  constructor(dice: Dice) {
    this.#dice = dice;
  }

  arm(fault: Armed): void {
    this.#armed.push(fault);
  }

  /** Ends all faults. */
  calm(): void {
    this.#armed = [];
    this.room = Number.POSITIVE_INFINITY;
    this.shortReads = 0;
  }

  /** The trouble that an operation runs into, if any. */
  meet(operation: DiskOperation, path: string): Trouble | undefined {
    let met: Armed | undefined;
    for (const fault of this.#armed) {
      if (!fault.matches(operation, path)) continue;
      if (fault.skip > 0) fault.skip--;
      else met ??= fault;
    }
    if (met !== undefined) this.#armed = this.#armed.filter((fault) => fault !== met);
    return met?.trouble;
  }

  /** How long an operation takes, ms; most take none. */
  delay(): number {
    return this.#dice.chance(this.slowShare) ? this.#dice.next() * this.latencyMs : 0;
  }

  /** How many of `length` bytes one read returns. */
  readLength(length: number): number {
    return length > 1 && this.#dice.chance(this.shortReads) ? this.#dice.integer(1, length) : length;
  }

  /** Takes room for so many bytes; false, and none, where there is less. */
  takeRoom(bytes: number): boolean {
    if (bytes > this.room) return false;
    this.room -= bytes;
    return true;
  }

  /** How many of `length` bytes are written before an append fails or the process dies. */
  partOf(length: number): number {
    return this.#dice.integer(0, length);
  }
}
