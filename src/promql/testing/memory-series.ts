import { Failure } from '../../model/failure.ts';
import { formatLabels, labelsKey, type Labels } from '../../model/labels.ts';
import { matchesAll, type Matcher } from '../../model/matcher.ts';
import { setStale, type Series, type SeriesReader, type TimeRange } from '../../model/series.ts';
import { firstAfter, GrowingColumn } from '../plan/columns.ts';
import type { NotedValue } from './series-notation.ts';

/** Series held in memory, for tests of expressions and rules. */
export class MemorySeries implements SeriesReader {
  readonly #columns = new Map<string, GrowingColumn>();

  /** Adds the values at `startMs`, `startMs + intervalMs`, … to the series; later than what it has. */
  load(labels: Labels, values: readonly NotedValue[], intervalMs: number, startMs = 0): void {
    values.forEach((value, index) => {
      if (value !== 'missing') this.append(labels, startMs + index * intervalMs, value);
    });
  }

  /** Adds one sample, or replaces the one of that time. @throws Failure `invalid` when it comes before the last */
  append(labels: Labels, time: number, value: number | 'stale'): void {
    const key = labelsKey(labels);
    const column = this.#columns.get(key) ?? new GrowingColumn(labels);
    this.#columns.set(key, column);
    const index = firstAfter(column, time) - 1;
    const isNew = column.timestamps[index] !== time;
    if (isNew && index < column.length - 1) {
      throw new Failure(
        'invalid',
        `samples of ${formatLabels(labels)} must come in order of time, got ${time} ms late`,
      );
    }
    if (isNew) column.append(time, 0);
    const at = isNew ? column.length - 1 : index;
    if (value === 'stale') setStale(column.values, at);
    else column.values[at] = value;
  }

  *select(matchers: readonly Matcher[], range: TimeRange): Iterable<Series> {
    for (const column of this.#columns.values()) {
      if (!matchesAll(matchers, column.labels)) continue;
      const high = firstAfter(column, range.end);
      const before = firstAfter(column, range.start);
      const low = column.timestamps[before - 1] === range.start ? before - 1 : before;
      if (low >= high) continue;
      const timestamps = column.timestamps.subarray(low, high);
      yield { labels: column.labels, timestamps, values: column.values.subarray(low, high) };
    }
  }
}
