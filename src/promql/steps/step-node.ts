import type { SeriesReader } from '../../model/series.ts';
import type { PlanFrame } from '../nodes/frames.ts';
import type { QueryContext } from '../nodes/query-context.ts';
import type { Demand } from './demand.ts';
import type { RowPool } from './step-row.ts';
import type { StepRows } from './step-rows.ts';

/** Steps at `start`, `start + step`, …, `count` of them; ms. */
export interface StepRange {
  readonly start: number;
  readonly step: number;
  readonly count: number;
}

/** An instant vector at many steps at once. */
export interface VectorSteps {
  readonly type: 'vector';
  /** The frame of all its answers; up to date after `over`. */
  readonly frame: PlanFrame;
  /**
   * The rows belong to the caller.
   * @param demand rows that may be left out
   * @throws Failure `invalid` where it fails at one step at least
   */
  over(range: StepRange, demand?: Demand): StepRows;
}

/** One number at many steps. */
export interface ScalarSteps {
  readonly type: 'scalar';
  /** The number, where it is the same at all times. */
  readonly constant: number | undefined;
  /** `count` numbers, good until the next call. */
  over(range: StepRange): Float64Array;
}

/** What the nodes of a plan are made with. */
export interface StepPlan {
  readonly reader: SeriesReader;
  readonly context: QueryContext;
  readonly pool: RowPool;
}

/** The last step, ms. */
export function lastStep({ start, step, count }: StepRange): number {
  return start + (count - 1) * step;
}
