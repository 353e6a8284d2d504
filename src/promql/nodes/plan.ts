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
