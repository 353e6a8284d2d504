import { MIN_RING } from './slab.ts';

/** The times of a block's ticks; the ring holds the last `capacity` (a power of 2) of them. */
export class TimeRing {
  slots = new Float64Array(MIN_RING);

  get capacity(): number {
    return this.slots.length;
  }

  get(tick: number): number {
    return this.slots[tick & (this.slots.length - 1)] ?? Number.NaN;
  }

  set(tick: number, time: number): void {
    this.slots[tick & (this.slots.length - 1)] = time;
  }

  /** The first of the ticks `[from, to)` whose time is past `time`; `to` when none is. */
  firstAfter(time: number, from: number, to: number): number {
    let low = from;
    let high = to;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.get(middle) <= time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Makes room for `capacity` ticks and keeps those of `[from, to)`, which must fit. */
  resize(capacity: number, from: number, to: number): void {
    const slots = new Float64Array(capacity);
    for (let tick = from; tick < to; tick++) slots[tick & (capacity - 1)] = this.get(tick);
    this.slots = slots;
  }
}
