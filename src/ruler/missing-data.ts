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
  readonly #reachMs: number;
  readonly #tenants = new Map<string, MetricTenants>();
  /** By metric: whether too much of the fleet's is missing, at the time it was asked last. */
  readonly #answers = new Map<string, { readonly now: number; readonly isMissing: boolean }>();

  /** @param reachMs how far back a tenant is looked for that an aggregate should have had */
  constructor(evidence: Evidence, reader: SeriesReader, reachMs: number) {
    this.#evidence = evidence;
    this.#reader = reader;
    this.#reachMs = reachMs;
  }

  /** Remembers who has `metrics` now, for when they are missing. Call it at each evaluation. */
  follow(metrics: readonly string[], now: number): void {
    for (const metric of metrics) this.#of(metric).refresh(now);
  }

  /** Forgets all metrics but these: after a reload. */
  keep(metrics: ReadonlySet<string>): void {
    for (const metric of this.#tenants.keys()) if (!metrics.has(metric)) this.#tenants.delete(metric);
  }

  /** Whether one of `metrics` is missing for a tenant; without a tenant, for more than a tenth of those that have it. */
  isMissing(metrics: readonly string[], tenant: Whose, now: number): boolean {
    for (const metric of metrics) {
      if (tenant === undefined ? this.#isFleetMissing(metric, now) : this.#isMissing(metric, tenant))
        return true;
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
      const tenants = this.#of(metric);
      return (
        tenants.isKnown(now) && tenants.share(now, (each) => !this.#wasRead(metric, each)) <= TOLERATED_SHARE
      );
    });
  }

  #isFleetMissing(metric: string, now: number): boolean {
    const known = this.#answers.get(metric);
    if (known?.now === now) return known.isMissing;
    const isMissing = this.#of(metric).share(now, (each) => this.#isMissing(metric, each)) > TOLERATED_SHARE;
    this.#answers.set(metric, { now, isMissing });
    return isMissing;
  }

  #isMissing(metric: string, tenant: string): boolean {
    return this.#evidence.missingSince(metric, tenant) !== undefined;
  }

  #wasRead(metric: string, tenant: string): boolean {
    return this.#evidence.wasRead(metric, tenant) === true;
  }

  #of(metric: string): MetricTenants {
    let tenants = this.#tenants.get(metric);
    if (tenants === undefined) {
      tenants = new MetricTenants(this.#reader, metric, this.#reachMs);
      this.#tenants.set(metric, tenants);
    }
    return tenants;
  }
}
