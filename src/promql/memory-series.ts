import { Failure } from '../model/failure.ts';
import { formatLabels, labelsKey, METRIC_NAME, type Labels } from '../model/labels.ts';
import { matchesAll, type Matcher } from '../model/matcher.ts';
import { setStale, type Series, type SeriesReader, type TimeRange } from '../model/series.ts';
import { firstAfter, GrowingColumn } from './columns.ts';
import type { NotedValue } from './series-notation.ts';

/** One sample to append; `stale` writes a stale marker in place of the value. */
export interface MemorySample {
  /** `__name__` included. */
  readonly labels: Labels;
  /** ms. */
  readonly time: number;
  readonly value: number;
  readonly stale?: boolean;
}

/** Series in memory, for rule tests and tests of expressions. Views that `select` yields last until the next write. */
export class MemorySeries implements SeriesReader {
  readonly #columns = new Map<string, GrowingColumn>();
  readonly #byName = new Map<string, GrowingColumn[]>();
  /** Of the few series that have them: when the counter of a sample began, by the sample's time. */
  readonly #starts = new Map<GrowingColumn, Map<number, number>>();

  /**
   * Adds the values at `startMs`, `startMs + intervalMs`, … to the series; one of a time that it has is replaced.
   * @param startOffsets when the counter of each sample began, in ms from the sample's own time
   * @throws Failure `invalid` when one falls between samples that are there
   */
  load(
    labels: Labels,
    values: readonly NotedValue[],
    intervalMs: number,
    startMs = 0,
    startOffsets?: readonly (number | 'missing')[],
  ): void {
    const column = this.#column(labels);
    if (startOffsets !== undefined) this.#setStarts(column, intervalMs, startMs, startOffsets);
    for (const [index, value] of values.entries()) {
      const time = startMs + index * intervalMs;
      if (value === 'missing' || write(column, time, value)) continue;
      const series = formatLabels(labels);
      throw new Failure('invalid', `samples of ${series} must come in order of time, got ${time} ms late`);
    }
  }

  /** Takes what rules record, as the head does: a sample of a time that its series has replaces, a late one is dropped. */
  append(samples: Iterable<MemorySample>): void {
    for (const { labels, time, value, stale } of samples)
      write(this.#column(labels), time, stale === true ? 'stale' : value);
  }

  *select(matchers: readonly Matcher[], range: TimeRange): Iterable<Series> {
    const name = matchers.find((matcher) => matcher.name === METRIC_NAME && matcher.operator === '=');
    const columns = name === undefined ? this.#columns.values() : (this.#byName.get(name.value) ?? []);
    for (const column of columns) {
      if (!matchesAll(matchers, column.labels)) continue;
      const high = firstAfter(column.timestamps, range.end, column.length);
      const before = firstAfter(column.timestamps, range.start, column.length);
      const low = column.timestamps[before - 1] === range.start ? before - 1 : before;
      if (low >= high) continue;
      const timestamps = column.timestamps.subarray(low, high);
      const values = column.values.subarray(low, high);
      const starts = this.#starts.get(column);
      yield {
        labels: column.labels,
        timestamps,
        values,
        ...(starts && { starts: timestamps.map((time) => starts.get(time) ?? Number.NaN) }),
      };
    }
  }

  #setStarts(
    column: GrowingColumn,
    intervalMs: number,
    startMs: number,
    offsets: readonly (number | 'missing')[],
  ): void {
    const starts = this.#starts.get(column) ?? new Map<number, number>();
    this.#starts.set(column, starts);
    for (const [index, offset] of offsets.entries()) {
      const time = startMs + index * intervalMs;
      // As in Prometheus, the epoch itself says that nothing is known.
      if (offset !== 'missing' && time + offset !== 0) starts.set(time, time + offset);
    }
  }

  #column(labels: Labels): GrowingColumn {
    const key = labelsKey(labels);
    let column = this.#columns.get(key);
    if (column === undefined) {
      column = new GrowingColumn(labels);
      this.#columns.set(key, column);
      const name = labels[METRIC_NAME] ?? '';
      const named = this.#byName.get(name);
      if (named === undefined) this.#byName.set(name, [column]);
      else named.push(column);
    }
    return column;
  }
}

/** False for a time between two samples that are there. */
function write(column: GrowingColumn, time: number, value: number | 'stale'): boolean {
  const index = firstAfter(column.timestamps, time, column.length) - 1;
  const isKnown = index >= 0 && column.timestamps[index] === time;
  if (!isKnown && index < column.length - 1) return false;
  if (!isKnown) column.append(time, 0);
  const at = isKnown ? index : column.length - 1;
  if (value === 'stale') setStale(column.values, at);
  else column.values[at] = value;
  return true;
}
