import { METRIC_NAME } from '../model/labels.ts';
import { createMatcher, type Matcher } from '../model/matcher.ts';
import type { Selection } from '../model/selection.ts';
import type { SeriesReader } from '../model/series.ts';
import { FrameCursor } from '../promql/nodes/frames.ts';
import { DEFAULT_LOOKBACK_MS } from '../promql/options.ts';

/** The tenants that have a metric: those with a series of it in the reader's window. */
export class MetricTenants {
  readonly #reader: SeriesReader;
  readonly #matchers: readonly Matcher[];
  readonly #selection: Selection | undefined;
  readonly #cursor = new FrameCursor();
  readonly #tenants = new Set<string>();

  constructor(reader: SeriesReader, metric: string) {
    this.#reader = reader;
    this.#matchers = [createMatcher(METRIC_NAME, '=', metric)];
    this.#selection = reader.follow?.(this.#matchers);
  }

  /** As they are now; the set is brought up to date at the next call. */
  at(now: number): ReadonlySet<string> {
    const selection = this.#selection;
    if (selection === undefined) return this.#select(now);
    selection.refresh();
    const from = this.#cursor.advance(selection, () => this.#tenants.clear());
    for (let position = from; position < selection.length; position++)
      this.#tenants.add(selection.labels(position)['tenant'] ?? '');
    return this.#tenants;
  }

  #select(now: number): Set<string> {
    const series = this.#reader.select(this.#matchers, { start: now - DEFAULT_LOOKBACK_MS, end: now });
    return new Set(Array.from(series, ({ labels }) => labels['tenant'] ?? ''));
  }
}
