export const MINUTE_MS = 60_000;
/** What is looked at: an hour. */
export const BINS = 60;
/** Room for the minutes that are still being filled. */
const RING = 64;

/**
 * What is added up by minute: seconds of CPU, seconds that CPU was read for, seconds of waiting for CPU and seconds that
 * those were read for, periods of the CPU limit and those of them in which it was reached.
 */
export type Measure = 'cpu' | 'seen' | 'waiting' | 'watched' | 'periods' | 'throttled';

/** Sums by minute of one tenant on one node; minutes are numbered since the epoch. */
export interface Bins {
  /** Spreads an amount evenly over the minutes from `from` to `to`, ms. */
  add(measure: Measure, from: number, to: number, amount: number): void;
  /** Zero where nothing was added in the last hour. */
  get(measure: Measure, minute: number): number;
  /** The last minute that has anything. */
  readonly last: number;
}

/** Empty bins. */
export function createBins(): Bins {
  const column = (): Float64Array => new Float64Array(RING);
  const sums: Readonly<Record<Measure, Float64Array>> = {
    cpu: column(),
    seen: column(),
    waiting: column(),
    watched: column(),
    periods: column(),
    throttled: column(),
  };
  const minutes = new Float64Array(RING).fill(-1);
  let last = -1;

  function slotOf(minute: number): number {
    const slot = minute % RING;
    if (minutes[slot] !== minute) {
      for (const sum of Object.values(sums)) sum[slot] = 0;
      minutes[slot] = minute;
      last = Math.max(last, minute);
    }
    return slot;
  }

  function add(measure: Measure, from: number, to: number, amount: number): void {
    const sum = sums[measure];
    for (let start = from; start < to;) {
      const minute = Math.floor(start / MINUTE_MS);
      const end = Math.min(to, (minute + 1) * MINUTE_MS);
      // A minute that is long gone must not take the place of one that is looked at.
      if (minute > last - RING) {
        const slot = slotOf(minute);
        sum[slot] = (sum[slot] ?? 0) + (amount * (end - start)) / (to - from);
      }
      start = end;
    }
  }

  function get(measure: Measure, minute: number): number {
    const slot = minute % RING;
    return minutes[slot] === minute ? (sums[measure][slot] ?? 0) : 0;
  }

  return {
    add,
    get,
    get last() {
      return last;
    },
  };
}
