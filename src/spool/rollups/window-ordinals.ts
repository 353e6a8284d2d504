import { membersOf, type JsonValue } from '../../model/json.ts';

const REMEMBER_MS = 24 * 3_600_000;
const REMEMBER_COUNT = 25_000;

/** A run of neighbouring windows that were emitted equally often: index of the first, how many, next ordinal. */
type Run = readonly [first: number, count: number, next: number];

/**
 * How often each window of one rollup was emitted: the next emission is a document that many ms after the window's
 * start, as a time-series stream has one document per dimensions and time. Windows of the last 24 h are remembered one
 * by one; older ones share a counter that never stops, so that two emissions of one meet only after a whole window of
 * others (the store then moves the second on).
 */
export class WindowOrdinals {
  readonly windowMs: number;
  /** Windows before it (index, that is start / windowMs) are not remembered one by one. */
  #floor = 0;
  #counter = 0;
  readonly #next = new Map<number, number>();

  constructor(windowMs: number) {
    this.windowMs = windowMs;
  }

  /** The ordinal of the next emission of the window that begins at `start` (ms). */
  next(start: number): number {
    const index = start / this.windowMs;
    return index < this.#floor ? this.#counter : (this.#next.get(index) ?? 0);
  }

  /** Notes that an emission with this ordinal was made, at `now` (ms). */
  note(start: number, ordinal: number, now: number): void {
    const index = start / this.windowMs;
    this.#forget(Math.floor((now - REMEMBER_MS) / this.windowMs));
    if (index < this.#floor) this.#counter = Math.max(this.#counter, ordinal + 1);
    else this.#next.set(index, Math.max(this.next(start), ordinal + 1));
  }

  snapshot(): JsonValue {
    const runs: Run[] = [];
    for (const [index, next] of [...this.#next].toSorted(([a], [b]) => a - b)) {
      const last = runs.at(-1);
      const continues = last !== undefined && last[0] + last[1] === index && last[2] === next;
      if (continues) runs[runs.length - 1] = [last[0], last[1] + 1, next];
      else runs.push([index, 1, next]);
    }
    return { windowMs: this.windowMs, floor: this.#floor, counter: this.#counter, runs };
  }

  /** What `snapshot` gave; undefined for what is none. */
  static restore(value: JsonValue | undefined): WindowOrdinals | undefined {
    const { windowMs, floor, counter, runs } = membersOf(value);
    if (typeof windowMs !== 'number' || typeof floor !== 'number' || typeof counter !== 'number')
      return undefined;
    const ordinals = new WindowOrdinals(windowMs);
    ordinals.#floor = floor;
    ordinals.#counter = counter;
    for (const run of Array.isArray(runs) ? runs : []) {
      if (!isRun(run)) continue;
      const [first, count, next] = run;
      for (let i = 0; i < Math.min(count, REMEMBER_COUNT); i++) ordinals.#next.set(first + i, next);
    }
    return ordinals;
  }

  #forget(floor: number): void {
    if (floor > this.#floor) this.#raise(floor);
    if (this.#next.size <= REMEMBER_COUNT) return;
    // Stamps from everywhere: the older half goes at once, as sorting for each would cost.
    const sorted = [...this.#next.keys()].toSorted((a, b) => a - b);
    this.#raise(sorted[Math.ceil(sorted.length / 2)] ?? floor);
  }

  #raise(floor: number): void {
    this.#floor = floor;
    for (const [index, next] of this.#next) {
      if (index >= floor) continue;
      this.#next.delete(index);
      this.#counter = Math.max(this.#counter, next);
    }
  }
}

function isRun(value: JsonValue): value is Run & JsonValue {
  return Array.isArray(value) && value.length === 3 && value.every((item) => typeof item === 'number');
}
