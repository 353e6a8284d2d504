import type { Labels } from '../model/labels.ts';
import type { Evidence } from '../model/ports.ts';
import type { SeriesReader } from '../model/series.ts';
import { MetricTenants } from './metric-tenants.ts';

/** The share of an aggregate's inputs that may be missing before its alerts are held. */
const TOLERATED_SHARE = 0.1;

/**
 * Whose data it is: a tenant's; else that of the tenants whose series have these labels (a region's), of the fleet where
 * there are none.
 */
export type Scope = Labels;

/** Tells whether the data that rules read is known to be missing. */
export class MissingData {
  readonly #evidence: Evidence;
  readonly #reader: SeriesReader;
  readonly #tenants = new Map<string, MetricTenants>();

  constructor(evidence: Evidence, reader: SeriesReader) {
    this.#evidence = evidence;
    this.#reader = reader;
  }

  /** Forgets all metrics but these: after a reload. */
  keep(metrics: ReadonlySet<string>): void {
    for (const metric of this.#tenants.keys()) if (!metrics.has(metric)) this.#tenants.delete(metric);
  }

  /** What alerts with such labels are about: of an aggregate, the labels that the series it is computed of have. */
  scopeOf(metrics: readonly string[], labels: Labels, now: number): Scope {
    const { tenant } = labels;
    if (tenant !== undefined) return { tenant };
    return Object.fromEntries(
      Object.entries(labels).filter(([name, value]) => this.#having(metrics, name, value, now).size > 0),
    );
  }

  /** Whether one of `metrics` is missing for a tenant; without a tenant, for more than a tenth of those in the scope. */
  isMissing(metrics: readonly string[], scope: Scope, now: number): boolean {
    const { tenant } = scope;
    for (const metric of metrics) {
      const isSo =
        tenant === undefined
          ? this.#missingShare(metric, metrics, scope, now) > TOLERATED_SHARE
          : this.#evidence.missingSince(metric, tenant) !== undefined;
      if (isSo) return true;
    }
    return false;
  }

  /**
   * Whether all of `metrics` were read since the start, for a tenant or for nine tenths of those that have it; false
   * where nobody polls one.
   */
  wasRead(metrics: readonly string[], tenant: string | undefined, now: number): boolean {
    if (tenant !== undefined) return metrics.every((metric) => this.#wasRead(metric, tenant));
    return metrics.every((metric) => {
      const tenants = [...this.#of(metric).at(now)];
      const unread = tenants.filter((each) => !this.#wasRead(metric, each));
      return tenants.length > 0 && unread.length / tenants.length <= TOLERATED_SHARE;
    });
  }

  /** Who is missing counts, whether its series have left the window or were never seen since the start. */
  #missingShare(metric: string, metrics: readonly string[], scope: Scope, now: number): number {
    const missing = [...this.#evidence.missing(metric)];
    if (missing.length === 0) return 0;
    const within = this.#within(metrics, scope, now);
    const counted = missing.filter((tenant) => within(tenant) || !this.#isSeen(metrics, tenant, now));
    const inputs = new Set([...this.#of(metric).at(now)].filter(within));
    const unseen = counted.filter((tenant) => !inputs.has(tenant));
    return counted.length === 0 ? 0 : counted.length / (inputs.size + unseen.length);
  }

  #within(metrics: readonly string[], scope: Scope, now: number): (tenant: string) => boolean {
    const sets = Object.entries(scope).map(([name, value]) => this.#having(metrics, name, value, now));
    return (tenant) => sets.every((set) => set.has(tenant));
  }

  /** The tenants of whose series of any of the metrics one has the label. */
  #having(metrics: readonly string[], name: string, value: string, now: number): ReadonlySet<string> {
    const [first = new Set<string>(), ...others] = metrics
      .map((metric) => this.#of(metric).having(name, value, now))
      .filter(({ size }) => size > 0);
    return others.length === 0 ? first : new Set([first, ...others].flatMap((set) => [...set]));
  }

  #isSeen(metrics: readonly string[], tenant: string, now: number): boolean {
    return metrics.some((metric) => this.#of(metric).at(now).has(tenant));
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
