import { labelsKey, METRIC_NAME, type Labels } from '../../model/labels.ts';
import { matchesAll, type Matcher } from '../../model/matcher.ts';
import { NO_SERIES, type Series, type SeriesReader, type TimeRange } from '../../model/series.ts';
import { firstAfter, GrowingColumn } from '../../promql/columns.ts';

/** What rules of a replay read: the history of the block, and what the rules before them have written. */
export class ReplaySeries implements SeriesReader {
  /** What was fetched for the block that is replayed now. */
  past: SeriesReader = NO_SERIES;
  readonly #isWritten: (name: string) => boolean;
  readonly #columns = new Map<string, Map<string, GrowingColumn>>();

  /** @param isWritten whether the replay writes a metric itself: what history has of it is not read */
  constructor(isWritten: (name: string) => boolean) {
    this.#isWritten = isWritten;
  }

  *select(matchers: readonly Matcher[], range: TimeRange): Iterable<Series> {
    const names = matchers.filter(({ name }) => name === METRIC_NAME);
    for (const [name, columns] of this.#columns)
      if (matchesAll(names, { [METRIC_NAME]: name })) yield* selectColumns(columns.values(), matchers, range);
    const [only] = names;
    if (only?.operator === '=' && this.#isWritten(only.value)) return;
    for (const series of this.past.select(matchers, range))
      if (!this.#isWritten(series.labels[METRIC_NAME] ?? '')) yield series;
  }

  /** The column of a series, to append to. */
  column(labels: Labels): GrowingColumn {
    const name = labels[METRIC_NAME] ?? '';
    let columns = this.#columns.get(name);
    if (columns === undefined) this.#columns.set(name, (columns = new Map()));
    const key = labelsKey(labels);
    let column = columns.get(key);
    if (column === undefined) columns.set(key, (column = new GrowingColumn(labels)));
    return column;
  }

  /** Forgets what is older than rules look back. @param reachMs of a metric */
  forgetBefore(time: number, reachMs: (name: string) => number): void {
    for (const [name, columns] of this.#columns) {
      for (const [key, column] of columns) {
        column.forgetUpTo(time - reachMs(name));
        if (column.length === 0) columns.delete(key);
      }
    }
  }
}

function* selectColumns(
  columns: Iterable<GrowingColumn>,
  matchers: readonly Matcher[],
  { start, end }: TimeRange,
): Iterable<Series> {
  for (const { labels, timestamps, values, length } of columns) {
    if (!matchesAll(matchers, labels)) continue;
    const from = firstAfter(timestamps, start - 0.001, length);
    const to = firstAfter(timestamps, end, length);
    if (from < to)
      yield { labels, timestamps: timestamps.subarray(from, to), values: values.subarray(from, to) };
  }
}
