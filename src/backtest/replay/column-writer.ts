import type { Sparse } from '../../model/frame.ts';
import { formatLabels, type Labels } from '../../model/labels.ts';
import type { SeriesWriter } from '../../model/series-writer.ts';
import { setStale } from '../../model/series.ts';
import { firstAfter, type GrowingColumn } from '../../promql/columns.ts';
import type { ReplaySeries } from './replay-series.ts';

/** Writes the series of one rule; those that were there and are not any more end with a stale marker. */
export class ColumnWriter implements SeriesWriter {
  readonly #series: ReplaySeries;
  /** Those with a value at the last step. */
  #open = new Set<GrowingColumn>();
  /** All it has ever written to. */
  readonly #columns = new Set<GrowingColumn>();

  constructor(series: ReplaySeries) {
    this.#series = series;
  }

  write(time: number, { frame, values, present }: Sparse): void {
    const open = new Set<GrowingColumn>();
    for (let position = 0; position < frame.length; position++) {
      if (present[position] !== 1) continue;
      const column = this.column(frame.labels(position));
      column.append(time, values[position] ?? Number.NaN);
      open.add(column);
    }
    for (const column of this.#open) if (!open.has(column)) endColumn(column, time);
    this.#open = open;
  }

  end(time: number): void {
    for (const column of this.#open) endColumn(column, time);
    this.#open = new Set();
  }

  column(labels: Labels): GrowingColumn {
    const column = this.#series.column(labels);
    this.#columns.add(column);
    return column;
  }

  /** The columns that had a value at the last step; `columns` are those that have one now. */
  exchangeOpen(columns: Set<GrowingColumn>): ReadonlySet<GrowingColumn> {
    const before = this.#open;
    this.#open = columns;
    return before;
  }

  /** What it wrote from `start` (ms) on. */
  text(start: number): string {
    const parts = Array.from(this.#columns, ({ labels, timestamps, values, length }) => {
      const from = firstAfter(timestamps, start - 0.001, length);
      return `${formatLabels(labels)}${timestamps.subarray(from, length).join()}:${values.subarray(from, length).join()}`;
    });
    return parts.filter((part) => !part.endsWith(':')).join();
  }

  /** Remembers where it stands; what it returns takes back everything from `start` (ms) on. */
  mark(): (start: number) => void {
    const open = new Set(this.#open);
    return (start) => {
      for (const column of this.#columns) column.forgetAfter(start - 0.001);
      this.#open = new Set(open);
    };
  }
}

/** Ends a series with a stale marker. */
export function endColumn(column: GrowingColumn, time: number): void {
  column.append(time, 0);
  setStale(column.values, column.length - 1);
}
