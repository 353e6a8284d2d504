import { METRIC_NAME, type Labels } from '../model/labels.ts';
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
  /** By label and value: the tenants that have a series with it, as far as anybody asked. */
  readonly #having = new Map<string, ReadonlySet<string>>();

  constructor(reader: SeriesReader, metric: string) {
    this.#reader = reader;
    this.#matchers = [createMatcher(METRIC_NAME, '=', metric)];
    this.#selection = reader.follow?.(this.#matchers);
  }

  /** As they are now; the set is brought up to date at the next call. */
  at(now: number): ReadonlySet<string> {
    const selection = this.#selection;
    if (selection === undefined) return new Set(this.#labels(now).map(({ tenant = '' }) => tenant));
    selection.refresh();
    const from = this.#cursor.advance(selection, () => this.#tenants.clear());
    if (from < selection.length || this.#tenants.size === 0) this.#having.clear();
    for (let position = from; position < selection.length; position++)
      this.#tenants.add(selection.labels(position)['tenant'] ?? '');
    return this.#tenants;
  }

  /** Those with a series that has the label. */
  having(name: string, value: string, now: number): ReadonlySet<string> {
    this.at(now);
    const key = JSON.stringify([name, value]);
    let tenants = this.#selection === undefined ? undefined : this.#having.get(key);
    if (tenants === undefined) {
      const such = this.#labels(now).filter((labels) => labels[name] === value);
      tenants = new Set(such.map(({ tenant = '' }) => tenant));
      this.#having.set(key, tenants);
    }
    return tenants;
  }

  #labels(now: number): Labels[] {
    const selection = this.#selection;
    if (selection !== undefined)
      return Array.from({ length: selection.length }, (_, position) => selection.labels(position));
    const series = this.#reader.select(this.#matchers, { start: now - DEFAULT_LOOKBACK_MS, end: now });
    return Array.from(series, ({ labels }) => labels);
  }
}
