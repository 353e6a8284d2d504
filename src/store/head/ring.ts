import { setStale } from '../../model/series.ts';
import { setGap } from './gap.ts';

export const MIN_CAPACITY = 8;

/** A buffer that is used again for each series a reader visits. */
export class Scratch {
  #buffer = new Float64Array(64);

  take(length: number): Float64Array {
    if (length > this.#buffer.length) this.#buffer = new Float64Array(2 ** Math.ceil(Math.log2(length)));
    return this.#buffer.subarray(0, length);
  }
}

/** Values by tick, a number that only rises; the ring holds the last `capacity` (a power of 2) of them. */
export class Ring {
  #slots: Float64Array;

  constructor(capacity = MIN_CAPACITY) {
    this.#slots = new Float64Array(capacity);
  }

  get capacity(): number {
    return this.#slots.length;
  }

  get(tick: number): number {
    return this.#slots[tick & (this.#slots.length - 1)] ?? Number.NaN;
  }

  /** Where the value of a tick lies, to ask for its bits. */
  slot(tick: number): readonly [Float64Array, number] {
    return [this.#slots, tick & (this.#slots.length - 1)];
  }

  set(tick: number, value: number): void {
    // A NaN that was read from somewhere may carry the payload of a marker.
    this.#slots[tick & (this.#slots.length - 1)] = Number.isNaN(value) ? Number.NaN : value;
  }

  setStale(tick: number): void {
    setStale(this.#slots, tick & (this.#slots.length - 1));
  }

  setGap(tick: number): void {
    setGap(this.#slots, tick & (this.#slots.length - 1));
  }

  /** The slots of ticks `[from, to)`, bit for bit: a view where they are in one piece, a copy in `scratch` else. */
  view(from: number, to: number, scratch: Scratch): Float64Array {
    const start = from & (this.#slots.length - 1);
    const length = to - from;
    const straight = Math.min(length, this.#slots.length - start);
    if (straight === length) return this.#slots.subarray(start, start + length);
    const copy = scratch.take(length);
    copy.set(this.#slots.subarray(start));
    copy.set(this.#slots.subarray(0, length - straight), straight);
    return copy;
  }

  /** Makes room for `capacity` ticks and keeps those of `[from, to)`, which must fit. */
  resize(capacity: number, from: number, to: number): void {
    const kept = this.view(from, to, new Scratch());
    const slots = new Float64Array(capacity);
    const start = from & (capacity - 1);
    const straight = Math.min(kept.length, capacity - start);
    slots.set(kept.subarray(0, straight), start);
    slots.set(kept.subarray(straight), 0);
    this.#slots = slots;
  }
}
