import type { TimeRange } from '../../model/series.ts';
import type { QueryContext } from './query-context.ts';
import type { SeriesAccess } from './series/series-access.ts';

/** What nodes are made for. */
export interface Plan {
  readonly context: QueryContext;
  readonly access: SeriesAccess;
  /** The first and the last time at which the nodes will be evaluated; undefined in a plan that is kept. */
  readonly times: TimeRange | undefined;
}

/** What all nodes of a plan agree on. */
export interface PlanOptions {
  /**
   * Names that functions and operators drop stay until the end, so that `label_replace` and grouping still see them
   * (Prometheus's feature flag `promql-delayed-name-removal`).
   */
  readonly delayedNameRemoval: boolean;
}
