import { labelsKey, type Labels } from '../../model/labels.ts';
import { matchesAll, type Matcher } from '../../model/matcher.ts';
import type { Edges, Selection, Window } from '../../model/selection.ts';
import { isStale, setStale, type Series, type SeriesReader, type TimeRange } from '../../model/series.ts';
import { firstAfter, GrowingColumn } from '../columns.ts';
import { ColumnWindows } from '../nodes/series/column-windows.ts';

class FollowedColumn extends GrowingColumn {
  hasStale = false;
  rises = true;
}

/** Series in memory that can be followed, as those of the head; for tests of what is kept between evaluations. */
export class FollowingSeries implements SeriesReader {
  #columns: FollowedColumn[] = [];
  readonly #known = new Map<string, FollowedColumn>();
  /** Counts the times that series were forgotten. */
  #sweeps = 0;

  /** Adds a sample; the time is after that of the series' last one. */
  append(labels: Labels, time: number, value: number | 'stale'): void {
    const column = this.#columnOf(labels);
    const last = column.length - 1;
    column.append(time, 0);
    if (value === 'stale') {
      setStale(column.values, last + 1);
      column.hasStale = true;
      return;
    }
    column.values[last + 1] = value;
    if (last >= 0 && !(value >= (column.values[last] ?? 0))) column.rises = false;
  }

  /** Forgets samples up to `time`, and series that have no others. */
  forgetUpTo(time: number): void {
    for (const column of this.#columns) column.forgetUpTo(time);
    const live = this.#columns.filter(({ length }) => length > 0);
    if (live.length === this.#columns.length) return;
    for (const { labels, length } of this.#columns) if (length === 0) this.#known.delete(labelsKey(labels));
    this.#columns = live;
    this.#sweeps++;
  }

  *select(matchers: readonly Matcher[], range: TimeRange): Iterable<Series> {
    for (const { labels, timestamps, values, length } of this.#columns) {
      if (!matchesAll(matchers, labels)) continue;
      const from = firstAfter(timestamps, range.start - 1, length);
      const to = firstAfter(timestamps, range.end, length);
      if (from < to)
        yield { labels, timestamps: timestamps.subarray(from, to), values: values.subarray(from, to) };
    }
  }

  follow(matchers: readonly Matcher[]): Selection {
    const columns = (): readonly FollowedColumn[] => this.#columns;
    return new FollowedSelection(matchers, columns, () => this.#sweeps);
  }

  #columnOf(labels: Labels): FollowedColumn {
    const key = labelsKey(labels);
    let column = this.#known.get(key);
    if (column === undefined) {
      column = new FollowedColumn(labels);
      this.#known.set(key, column);
      this.#columns.push(column);
    }
    return column;
  }
}

class FollowedSelection implements Selection {
  epoch = 0;
  readonly #matchers: readonly Matcher[];
  readonly #all: () => readonly FollowedColumn[];
  readonly #sweeps: () => number;
  readonly #windows = new ColumnWindows();
  #columns: FollowedColumn[] = [];
  #seen = 0;
  #sweep = 0;

  constructor(matchers: readonly Matcher[], all: () => readonly FollowedColumn[], sweeps: () => number) {
    this.#matchers = matchers;
    this.#all = all;
    this.#sweeps = sweeps;
  }

  get length(): number {
    return this.#columns.length;
  }

  labels(position: number): Labels {
    return this.#columns[position]?.labels ?? {};
  }

  refresh(): void {
    const all = this.#all();
    if (this.#sweep !== this.#sweeps()) {
      this.#sweep = this.#sweeps();
      this.#seen = 0;
      this.#columns = [];
      this.epoch++;
    }
    for (; this.#seen < all.length; this.#seen++) {
      const column = all[this.#seen];
      if (column !== undefined && matchesAll(this.#matchers, column.labels)) this.#columns.push(column);
    }
  }

  instant(
    time: number,
    lookbackMs: number,
    values: Float64Array,
    present: Uint8Array,
    timestamps?: Float64Array,
  ): void {
    for (const [position, column] of this.#columns.entries()) {
      const index = firstAfter(column.timestamps, time, column.length) - 1;
      const at = column.timestamps[index] ?? 0;
      present[position] = index < 0 || at <= time - lookbackMs || isStale(column.values, index) ? 0 : 1;
      values[position] = column.values[index] ?? 0;
      if (timestamps !== undefined) timestamps[position] = at;
    }
  }

  seek(start: number, end: number): void {
    this.#windows.seek(start, end);
  }

  window(position: number): Window | undefined {
    const column = this.#columns[position];
    return column && this.#windows.window(column, position);
  }

  edges(position: number): Edges | undefined {
    const column = this.#columns[position];
    return column && this.#windows.edges(column, position);
  }
}
