import type { Evidence } from '../model/ports.ts';
import type { SeriesReader } from '../model/series.ts';
import { MetricTenants } from './metric-tenants.ts';

/** The share of an aggregate's inputs that may be missing before its alerts are held. */
const TOLERATED_SHARE = 0.1;

/** Whose data is missing: a tenant's, or (without one) too much of the fleet's. */
export type Whose = string | undefined;

/** Tells whether the data that rules read is known to be missing. */
export class MissingData {
  readonly #evidence: Evidence;
  readonly #reader: SeriesReader;
  readonly #tenants = new Map<string, MetricTenants>();
  /** By metric: whether too much of the fleet's is missing, at the time it was asked last. */
  readonly #answers = new Map<string, { readonly now: number; readonly isMissing: boolean }>();

  constructor(evidence: Evidence, reader: SeriesReader) {
    this.#evidence = evidence;
    this.#reader = reader;
  }

  /** Forgets all metrics but these: after a reload. */
  keep(metrics: ReadonlySet<string>): void {
    for (const metric of this.#tenants.keys()) if (!metrics.has(metric)) this.#tenants.delete(metric);
    this.#answers.clear();
  }

  /** Whether one of `metrics` is missing for a tenant; without a tenant, for more than a tenth of those that have it. */
  isMissing(metrics: readonly string[], tenant: Whose, now: number): boolean {
    for (const metric of metrics) {
      const isSo =
        tenant === undefined
          ? this.#isFleetMissing(metric, now)
          : this.#evidence.missingSince(metric, tenant) !== undefined;
      if (isSo) return true;
    }
    return false;
  }

  /**
   * Whether all of `metrics` were read since the start, for a tenant or for nine tenths of those that have it; false
   * where nobody polls one.
   */
  wasRead(metrics: readonly string[], tenant: Whose, now: number): boolean {
    if (tenant !== undefined) return metrics.every((metric) => this.#wasRead(metric, tenant));
    return metrics.every((metric) => {
      const tenants = [...this.#of(metric).at(now)];
      const unread = tenants.filter((each) => !this.#wasRead(metric, each));
      return tenants.length > 0 && unread.length / tenants.length <= TOLERATED_SHARE;
    });
  }

  #isFleetMissing(metric: string, now: number): boolean {
    const known = this.#answers.get(metric);
    if (known?.now === now) return known.isMissing;
    const isMissing = this.#missingShare(metric, now) > TOLERATED_SHARE;
    this.#answers.set(metric, { now, isMissing });
    return isMissing;
  }

  /** Who is missing counts, whether its series have left the window or were never seen since the start. */
  #missingShare(metric: string, now: number): number {
    const missing = [...this.#evidence.missing(metric)];
    if (missing.length === 0) return 0;
    const known = this.#of(metric).at(now);
    const unseen = missing.filter((tenant) => !known.has(tenant));
    return missing.length / (known.size + unseen.length);
  }

  #wasRead(metric: string, tenant: string): boolean {
    return this.#evidence.wasRead(metric, tenant) === true;
  }

  #of(metric: string): MetricTenants {
    let tenants = this.#tenants.get(metric);
    if (tenants === undefined) {
      tenants = new MetricTenants(this.#reader, metric);
      this.#tenants.set(metric, tenants);
    }
    return tenants;
  }
}
