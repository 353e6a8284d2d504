import type { PastReader, PastSeries } from '../../model/history.ts';
import { labelsKey, METRIC_NAME, type Labels } from '../../model/labels.ts';
import { matchesAll, type Matcher } from '../../model/matcher.ts';
import type { TimeRange } from '../../model/series.ts';
import { Slice, yieldTo } from './yield-to.ts';

/** Gives room for so many values, with anything in it. */
export type Allocate = (length: number) => Float64Array;

const fromHeap: Allocate = (length) => new Float64Array(length);

/** A series that grows while its parts are read, in rising time. */
export class GrowingSeries {
  readonly labels: Labels;
  readonly #allocate: Allocate;
  #values: Float64Array;
  #length = 0;
  #times: TimeChain;

  constructor(labels: Labels, capacity: number, times: TimeChain, allocate: Allocate) {
    this.labels = labels;
    this.#allocate = allocate;
    this.#times = times;
    this.#values = allocate(capacity);
  }

  /** The time of the last sample so far; -Infinity before the first. */
  get last(): number {
    return this.#times.last;
  }

  /** Adds samples at `times`, all later than the last; `fill` writes their values. */
  add(times: Float64Array, fill: (into: Float64Array) => void): void {
    const to = this.#length + times.length;
    if (to > this.#values.length) {
      const larger = this.#allocate(Math.max(to, this.#values.length * 2));
      larger.set(this.#values.subarray(0, this.#length));
      this.#values = larger;
    }
    fill(this.#values.subarray(this.#length, to));
    this.#length = to;
    this.#times = this.#times.followedBy(times);
  }

  get #isWasteful(): boolean {
    return this.#allocate === fromHeap && this.#values.length > this.#length * 1.25;
  }

  finish(): PastSeries {
    return {
      labels: this.labels,
      timestamps: this.#times.joined(),
      values: this.#isWasteful ? this.#values.slice(0, this.#length) : this.#values.subarray(0, this.#length),
    };
  }
}

/** The times of a series, part after part: series of one poll have the same ones, which are put together once. */
class TimeChain {
  readonly last: number;
  readonly #parts: readonly Float64Array[];
  readonly #next = new Map<Float64Array, TimeChain>();
  #joined: Float64Array | undefined;

  constructor(parts: readonly Float64Array[], last: number) {
    this.#parts = parts;
    this.last = last;
  }

  followedBy(times: Float64Array): TimeChain {
    let next = this.#next.get(times);
    if (next === undefined)
      this.#next.set(times, (next = new TimeChain([...this.#parts, times], times.at(-1) ?? this.last)));
    return next;
  }

  joined(): Float64Array {
    return (this.#joined ??= join(this.#parts));
  }
}

/** Puts series together from the parts that files have of them, in rising time. */
export class SeriesParts {
  readonly #series = new Map<string, GrowingSeries>();
  readonly #noTimes = new TimeChain([], Number.NEGATIVE_INFINITY);
  readonly #allocate: Allocate;
  samples = 0;

  /** @param allocate whose room is used again: the reader is good until then */
  constructor(allocate: Allocate = fromHeap) {
    this.#allocate = allocate;
  }

  /** The series with these labels, so far. @param capacity how many samples there will probably be */
  of(labels: Labels, capacity: number): GrowingSeries {
    const key = labelsKey(labels);
    let series = this.#series.get(key);
    if (series === undefined)
      this.#series.set(key, (series = new GrowingSeries(labels, capacity, this.#noTimes, this.#allocate)));
    return series;
  }

  /** What there is, as a reader; nothing is added afterwards. */
  async reader(signal: AbortSignal): Promise<PastReader> {
    const slice = new Slice();
    const byName = new Map<string, PastSeries[]>();
    for (const growing of this.#series.values()) {
      const name = growing.labels[METRIC_NAME] ?? '';
      let named = byName.get(name);
      if (named === undefined) byName.set(name, (named = []));
      const series = growing.finish();
      named.push(series);
      if (slice.isOver(series.values.length)) await yieldTo(signal);
    }
    this.#series.clear();
    return { select: (matchers, range) => select(byName, matchers, range) };
  }
}

function* select(
  byName: ReadonlyMap<string, readonly PastSeries[]>,
  matchers: readonly Matcher[],
  range: TimeRange,
): Iterable<PastSeries> {
  const names = matchers.filter(({ name }) => name === METRIC_NAME);
  const others = matchers.filter(({ name }) => name !== METRIC_NAME);
  for (const [name, all] of byName) {
    if (!names.every((matcher) => matcher.matches(name))) continue;
    for (const { labels, timestamps, values } of all) {
      if (!matchesAll(others, labels)) continue;
      const [from, to] = within(timestamps, range);
      if (from < to)
        yield { labels, timestamps: timestamps.subarray(from, to), values: values.subarray(from, to) };
    }
  }
}

/** The places `[from, to)` of rising times that are in a range, both ends included. */
export function within(times: Float64Array, { start, end }: TimeRange): readonly [from: number, to: number] {
  const after = firstAfter(times, end);
  let from = (times[0] ?? start) >= start ? 0 : firstAfter(times, start);
  while (from > 0 && times[from - 1] === start) from--;
  return [from, after];
}

/** The first place after `time`. */
export function firstAfter(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length;
  if ((times[high - 1] ?? time) <= time) return high;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}

function join(parts: readonly Float64Array[]): Float64Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const all = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
