import { gunzipSync, gzipSync } from 'node:zlib';
import type { DeadLetter } from './dead-letters.ts';

const NEWLINE = 0x0a;

/** A bulk body on its way: its documents can be taken out by index. */
export class Parcel {
  readonly body: Uint8Array;
  readonly count: number;
  #raw: Buffer | undefined;

  constructor(body: Uint8Array, count: number, raw?: Buffer) {
    this.body = body;
    this.count = count;
    this.#raw = raw;
  }

  /** Several bodies as one. */
  static join(parcels: readonly Parcel[]): Parcel {
    const [only] = parcels;
    if (parcels.length === 1 && only !== undefined) return only;
    const raw = Buffer.concat(parcels.map((parcel) => parcel.#unpack()));
    const count = parcels.reduce((sum, parcel) => sum + parcel.count, 0);
    return new Parcel(gzipSync(raw, { level: 1 }), count, raw);
  }

  /** The documents at `indexes` (rising), as a parcel of their own. */
  pick(indexes: readonly number[]): Parcel {
    const raw = this.#unpack();
    const starts = this.#starts();
    const picked = Buffer.concat(
      indexes.map((index) => raw.subarray(starts[index * 2], starts[index * 2 + 2])),
    );
    return new Parcel(gzipSync(picked, { level: 1 }), indexes.length, picked);
  }

  /** Two parcels with half of the documents each. */
  halves(): [Parcel, Parcel] {
    const indexes = Array.from({ length: this.count }, (_, index) => index);
    const middle = Math.ceil(this.count / 2);
    return [this.pick(indexes.slice(0, middle)), this.pick(indexes.slice(middle))];
  }

  /** The document at `index` as a dead letter. */
  letter(index: number, reason: string): DeadLetter {
    const raw = this.#unpack();
    const starts = this.#starts();
    const line = (at: number): string => raw.toString('utf8', starts[at], (starts[at + 1] ?? 1) - 1);
    return { reason, action: line(index * 2), document: line(index * 2 + 1) };
  }

  #unpack(): Buffer {
    return (this.#raw ??= gunzipSync(this.body));
  }

  /** Where lines start, and where the last one ends. */
  #starts(): number[] {
    const raw = this.#unpack();
    const starts = [0];
    for (let at = raw.indexOf(NEWLINE); at >= 0; at = raw.indexOf(NEWLINE, at + 1)) starts.push(at + 1);
    return starts;
  }
}
