import { METRIC_NAME } from '../model/labels.ts';
import { createMatcher } from '../model/matcher.ts';
import type { Evidence } from '../model/ports.ts';
import type { SeriesReader } from '../model/series.ts';

/** The share of an aggregate's inputs that may be missing before its alerts are held. */
const TOLERATED_SHARE = 0.1;

/** Whose data is missing: a tenant's, or (without one) too much of the fleet's. */
export type Whose = string | undefined;

/** Tells whether the data that rules read is known to be missing. */
export class MissingData {
  readonly #evidence: Evidence;
  readonly #reader: SeriesReader;
  readonly #reachMs: number;
  #fleet = { metrics: [] as readonly string[], now: Number.NaN, isMissing: false };

  /** @param reachMs how far back a tenant is looked for that an aggregate should have had */
  constructor(evidence: Evidence, reader: SeriesReader, reachMs: number) {
    this.#evidence = evidence;
    this.#reader = reader;
    this.#reachMs = reachMs;
  }

  /** Whether one of `metrics` is missing for a tenant; without a tenant, for more than a tenth of those that have it. */
  isMissing(metrics: readonly string[], tenant: Whose, now: number): boolean {
    if (tenant !== undefined) return metrics.some((metric) => this.#isMissing(metric, tenant));
    if (this.#fleet.metrics !== metrics || this.#fleet.now !== now) {
      const isMissing = metrics.some((metric) => {
        return shareOf(this.#tenants(metric, now), (each) => this.#isMissing(metric, each)) > TOLERATED_SHARE;
      });
      this.#fleet = { metrics, now, isMissing };
    }
    return this.#fleet.isMissing;
  }

  /**
   * Whether all of `metrics` were read since the start, for a tenant or for nine tenths of those that have it; false
   * where nobody polls one.
   */
  wasRead(metrics: readonly string[], tenant: Whose, now: number): boolean {
    if (tenant !== undefined) return metrics.every((metric) => this.#wasRead(metric, tenant));
    return metrics.every((metric) => {
      const tenants = this.#tenants(metric, now);
      return tenants.size > 0 && shareOf(tenants, (each) => !this.#wasRead(metric, each)) <= TOLERATED_SHARE;
    });
  }

  #isMissing(metric: string, tenant: string): boolean {
    return this.#evidence.missingSince(metric, tenant) !== undefined;
  }

  #wasRead(metric: string, tenant: string): boolean {
    return this.#evidence.wasRead(metric, tenant) === true;
  }

  /** The tenants that had the metric lately. */
  #tenants(metric: string, now: number): ReadonlySet<string> {
    const matchers = [createMatcher(METRIC_NAME, '=', metric)];
    const series = this.#reader.select(matchers, { start: now - this.#reachMs, end: now });
    return new Set(Array.from(series, ({ labels }) => labels['tenant'] ?? ''));
  }
}

function shareOf(tenants: ReadonlySet<string>, isSo: (tenant: string) => boolean): number {
  return tenants.size === 0 ? 0 : [...tenants].filter(isSo).length / tenants.size;
}
