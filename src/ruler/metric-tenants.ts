import { METRIC_NAME } from '../model/labels.ts';
import { createMatcher, type Matcher } from '../model/matcher.ts';
import type { Selection } from '../model/selection.ts';
import type { SeriesReader } from '../model/series.ts';
import { FrameCursor } from '../promql/nodes/frames.ts';

/** The tenants that have a metric, or had it lately. */
export class MetricTenants {
  readonly #reader: SeriesReader;
  readonly #matchers: readonly Matcher[];
  readonly #reachMs: number;
  readonly #selection: Selection | undefined;
  readonly #cursor = new FrameCursor();
  #present = new Set<string>();
  /** Those whose series have left the window: when, ms. */
  readonly #gone = new Map<string, number>();

  /** @param reachMs how long one counts whose series have left the reader's window */
  constructor(reader: SeriesReader, metric: string, reachMs: number) {
    this.#reader = reader;
    this.#matchers = [createMatcher(METRIC_NAME, '=', metric)];
    this.#reachMs = reachMs;
    this.#selection = reader.follow?.(this.#matchers);
  }

  /** Takes up who is new, and notes who is gone; cheap where neither is. */
  refresh(now: number): void {
    const selection = this.#selection;
    if (selection === undefined) return;
    selection.refresh();
    const before = this.#present;
    const from = this.#cursor.advance(selection, () => (this.#present = new Set()));
    for (let position = from; position < selection.length; position++)
      this.#present.add(selection.labels(position)['tenant'] ?? '');
    if (before !== this.#present) for (const tenant of before) this.#gone.set(tenant, now);
    for (const [tenant, at] of this.#gone)
      if (this.#present.has(tenant) || now - at > this.#reachMs) this.#gone.delete(tenant);
  }

  /** Of those that had it between `now - reachMs` and `now`, the share for which it is so; 0 where nobody had it. */
  share(now: number, isSo: (tenant: string) => boolean): number {
    let all = 0;
    let such = 0;
    for (const tenant of this.#tenants(now)) {
      all++;
      if (isSo(tenant)) such++;
    }
    return all === 0 ? 0 : such / all;
  }

  /** Whether anybody had it. */
  isKnown(now: number): boolean {
    for (const _ of this.#tenants(now)) return true;
    return false;
  }

  #tenants(now: number): Iterable<string> {
    if (this.#selection === undefined) return this.#select(now);
    this.refresh(now);
    return this.#gone.size === 0 ? this.#present : [...this.#present, ...this.#gone.keys()];
  }

  #select(now: number): Set<string> {
    const series = this.#reader.select(this.#matchers, { start: now - this.#reachMs, end: now });
    return new Set(Array.from(series, ({ labels }) => labels['tenant'] ?? ''));
  }
}
