import { labelsKey, METRIC_NAME, type Labels } from '../model/labels.ts';
import { matchesAll, type Matcher } from '../model/matcher.ts';
import { setStale, type Series, type SeriesReader, type TimeRange } from '../model/series.ts';

interface Column {
  readonly labels: Labels;
  timestamps: Float64Array<ArrayBuffer>;
  values: Float64Array<ArrayBuffer>;
  length: number;
}

/** One sample to append; `stale` writes a stale marker in place of the value. */
export interface MemorySample {
  /** `__name__` included. */
  readonly labels: Labels;
  /** ms. */
  readonly time: number;
  readonly value: number;
  readonly stale?: boolean;
}

/** Series in memory, for rule tests and backtests. Views that `select` yields are valid until the next `append`. */
export class MemorySeries implements SeriesReader {
  readonly #columns = new Map<string, Column>();
  readonly #byName = new Map<string, Column[]>();

  /** Appends samples in any order of series; a sample at the time of the last one replaces it, an older one is dropped. */
  append(samples: Iterable<MemorySample>): void {
    for (const sample of samples) appendTo(this.#column(sample.labels), sample);
  }

  *select(matchers: readonly Matcher[], range: TimeRange): Iterable<Series> {
    const name = matchers.find((matcher) => matcher.name === METRIC_NAME && matcher.operator === '=');
    const columns = name === undefined ? this.#columns.values() : (this.#byName.get(name.value) ?? []);
    for (const { labels, timestamps, values, length } of columns) {
      if (!matchesAll(matchers, labels)) continue;
      const from = firstAtOrAfter(timestamps, length, range.start);
      const to = firstAtOrAfter(timestamps, length, range.end + 1);
      if (from >= to) continue;
      yield { labels, timestamps: timestamps.subarray(from, to), values: values.subarray(from, to) };
    }
  }

  #column(labels: Labels): Column {
    const key = labelsKey(labels);
    const known = this.#columns.get(key);
    if (known !== undefined) return known;
    const column = { labels, timestamps: new Float64Array(16), values: new Float64Array(16), length: 0 };
    this.#columns.set(key, column);
    const name = labels[METRIC_NAME] ?? '';
    const named = this.#byName.get(name);
    if (named === undefined) this.#byName.set(name, [column]);
    else named.push(column);
    return column;
  }
}

function appendTo(column: Column, { time, value, stale }: MemorySample): void {
  const last = column.timestamps[column.length - 1] ?? -Infinity;
  if (column.length > 0 && time < last) return;
  const index = column.length > 0 && time === last ? column.length - 1 : column.length++;
  if (index === column.timestamps.length) {
    column.timestamps = doubled(column.timestamps);
    column.values = doubled(column.values);
  }
  column.timestamps[index] = time;
  if (stale === true) setStale(column.values, index);
  else column.values[index] = value;
}

function doubled(array: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  // Copied as bytes: a stale marker's payload must survive.
  new Uint8Array(larger.buffer).set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  return larger;
}

function firstAtOrAfter(times: Float64Array, length: number, time: number): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
