import type { PastReader, PastSeries } from '../../model/history.ts';
import { labelsKey, METRIC_NAME, type Labels } from '../../model/labels.ts';
import { matchesAll, type Matcher } from '../../model/matcher.ts';
import type { TimeRange } from '../../model/series.ts';
import { Slice, yieldTo } from './yield-to.ts';

interface Parts {
  readonly labels: Labels;
  readonly times: Float64Array[];
  readonly values: Float64Array[];
  last: number;
}

/** Puts series together from the parts that files have of them, in rising time. */
export class SeriesParts {
  readonly #series = new Map<string, Parts>();
  samples = 0;

  /** The time of the last sample so far; -Infinity before the first. */
  lastOf(labels: Labels): number {
    return this.#series.get(labelsKey(labels))?.last ?? Number.NEGATIVE_INFINITY;
  }

  /** Samples, all later than the last. */
  add(labels: Labels, times: Float64Array, values: Float64Array): void {
    const key = labelsKey(labels);
    let parts = this.#series.get(key);
    if (parts === undefined)
      this.#series.set(key, (parts = { labels, times: [], values: [], last: Number.NEGATIVE_INFINITY }));
    parts.times.push(times);
    parts.values.push(values);
    parts.last = times.at(-1) ?? parts.last;
    this.samples += times.length;
  }

  /** What there is, as a reader; nothing is added afterwards. */
  async reader(signal: AbortSignal): Promise<PastReader> {
    const slice = new Slice();
    const byName = new Map<string, PastSeries[]>();
    for (const [key, { labels, times, values }] of this.#series) {
      const name = labels[METRIC_NAME] ?? '';
      let named = byName.get(name);
      if (named === undefined) byName.set(name, (named = []));
      named.push({ labels, timestamps: joined(times), values: joined(values) });
      this.#series.delete(key);
      if (slice.isOver(named.at(-1)?.values.length ?? 0)) await yieldTo(signal);
    }
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
  return [firstAfter(times, start, false), firstAfter(times, end, true)];
}

/** The first place at or after `time`; with `isPast`, after it. */
function firstAfter(times: Float64Array, time: number, isPast: boolean): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const at = times[middle] ?? 0;
    if (at < time || (isPast && at === time)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function joined(parts: readonly Float64Array[]): Float64Array {
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
