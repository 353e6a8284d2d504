import { gunzipSync, gzipSync } from 'node:zlib';
import type { JsonValue } from '../model/json.ts';
import type { Delivery } from '../model/ports.ts';
import type { DeadLetter } from './dead-letters.ts';
import type { SpoolFrame } from './spool-frame.ts';

const NEWLINE = 0x0a;

/** A frame under way, and what became of its documents so far. */
export interface FrameTally {
  readonly frame: SpoolFrame;
  delivered: number;
  deadLettered: number;
}

/** The documents of one frame in a parcel; the shares of a parcel follow each other. */
interface Share {
  readonly tally: FrameTally;
  readonly count: number;
}

export function isSettled({ frame, delivered, deadLettered }: FrameTally): boolean {
  return delivered + deadLettered >= frame.documents;
}

/**
 * A bulk body on its way. It knows which of its documents belong to which frame, also after some were taken out.
 * Only the compressed body is kept: it is unpacked where documents must be picked, and forgotten again.
 */
export class Parcel {
  readonly body: Uint8Array;
  readonly count: number;
  /** Bytes before compression; an estimate after documents were taken out. */
  readonly rawLength: number;
  /** The mark of the first attempt of unknown outcome: documents may be where it says, or in what came after. */
  readonly since: JsonValue | undefined;
  readonly #shares: readonly Share[];

  private constructor(body: Uint8Array, shares: readonly Share[], since: JsonValue | undefined) {
    this.body = body;
    this.count = shares.reduce((sum, { count }) => sum + count, 0);
    this.rawLength = shares.reduce((sum, share) => sum + rawBytes(share), 0);
    this.since = since;
    this.#shares = shares;
  }

  /** Frames that have documents, all with the same `since`, as one parcel; a frame alone travels as it is. */
  static of(tallies: readonly FrameTally[]): Parcel {
    const shares = tallies.map((tally) => ({ tally, count: tally.frame.documents }));
    const bodies = tallies.map(({ frame }) => frame.body);
    const [only] = bodies;
    const body = bodies.length === 1 && only !== undefined ? only : pack(bodies.map(unpack));
    return new Parcel(body, shares, tallies[0]?.frame.since);
  }

  /** The same parcel after an attempt of unknown outcome at `mark`. */
  sentAt(mark: JsonValue | undefined): Parcel {
    return mark === this.since ? this : new Parcel(this.body, this.#shares, mark);
  }

  /** The documents at `indexes` (rising), as a parcel of their own. */
  pick(indexes: readonly number[]): Parcel {
    if (indexes.length === this.count) return this;
    const raw = unpack(this.body);
    const starts = lineStarts(raw);
    const picked = indexes.map((index) => raw.subarray(starts[index * 2], starts[index * 2 + 2]));
    const counts = this.#perShare(indexes);
    const shares = this.#shares.map(({ tally }, at) => ({ tally, count: counts[at] ?? 0 }));
    return new Parcel(
      pack(picked),
      shares.filter(({ count }) => count > 0),
      this.since,
    );
  }

  /** Two parcels with half of the documents each. */
  halves(): [Parcel, Parcel] {
    const indexes = Array.from({ length: this.count }, (_, index) => index);
    const middle = Math.ceil(this.count / 2);
    return [this.pick(indexes.slice(0, middle)), this.pick(indexes.slice(middle))];
  }

  /** Documents as dead letters. */
  letters(rejected: Delivery['rejected']): DeadLetter[] {
    const raw = unpack(this.body);
    const starts = lineStarts(raw);
    const line = (at: number): string => raw.toString('utf8', starts[at], (starts[at + 1] ?? 1) - 1);
    return rejected.map(({ index, reason }) => ({
      reason,
      action: line(index * 2),
      document: line(index * 2 + 1),
    }));
  }

  /** Adds to the frames' tallies what became of their documents. */
  settle({ rejected, retry }: Pick<Delivery, 'rejected' | 'retry'>): void {
    const dead = this.#perShare(rejected.map(({ index }) => index));
    const later = this.#perShare(retry);
    for (const [at, { tally, count }] of this.#shares.entries()) {
      tally.deadLettered += dead[at] ?? 0;
      tally.delivered += count - (dead[at] ?? 0) - (later[at] ?? 0);
    }
  }

  /** How many of `indexes` (in any order) each share has. */
  #perShare(indexes: readonly number[]): number[] {
    const counts = this.#shares.map(() => 0);
    let at = 0;
    let start = 0;
    for (const index of indexes.toSorted((a, b) => a - b)) {
      for (let end = start + (this.#shares[at]?.count ?? 0); index >= end && at < counts.length - 1;) {
        at++;
        start = end;
        end += this.#shares[at]?.count ?? 0;
      }
      counts[at] = (counts[at] ?? 0) + 1;
    }
    return counts;
  }
}

function rawBytes({ tally: { frame }, count }: Share): number {
  return (frame.rawLength * count) / Math.max(1, frame.documents);
}

function unpack(body: Uint8Array): Buffer {
  return gunzipSync(body);
}

function pack(parts: readonly Buffer[]): Buffer {
  return gzipSync(Buffer.concat(parts), { level: 1 });
}

/** Where lines start, and where the last one ends. */
function lineStarts(raw: Buffer): number[] {
  const starts = [0];
  for (let at = raw.indexOf(NEWLINE); at >= 0; at = raw.indexOf(NEWLINE, at + 1)) starts.push(at + 1);
  return starts;
}
