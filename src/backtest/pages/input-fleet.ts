import { METRIC_NAME, withoutLabels, type Labels } from '../../model/labels.ts';
import { createMatcher } from '../../model/matcher.ts';
import type { SeriesReader } from '../../model/series.ts';

const INFO = [createMatcher(METRIC_NAME, '=', 'octopus_instance_info')];
/** How far back a tenant's traits are looked for, ms: as long as in the agent. */
const LOOKBACK_MS = 3_600_000;

/**
 * The tenants that the input tells of, with what `octopus_instance_info` says of each: the same map until something in
 * it changes.
 */
export class InputFleet {
  readonly #series: SeriesReader;
  #known: ReadonlyMap<string, Labels> = new Map();
  #text = '';

  constructor(series: SeriesReader) {
    this.#series = series;
  }

  get known(): ReadonlyMap<string, Labels> {
    return this.#known;
  }

  /** Looks at the series again, at `now`, ms since the epoch. */
  look(now: number): void {
    const told = new Map<string, Labels>();
    for (const { labels } of this.#series.select(INFO, { start: now - LOOKBACK_MS, end: now }))
      told.set(labels['tenant'] ?? '', withoutLabels(labels, METRIC_NAME, 'tenant'));
    const text = JSON.stringify([...told]);
    if (text !== this.#text) this.#known = told;
    this.#text = text;
  }
}
