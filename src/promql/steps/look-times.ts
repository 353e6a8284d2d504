import type { QueryContext } from '../nodes/query-context.ts';
import type { TimeShift } from '../tree.ts';
import { lastStep, type StepRange } from './step-node.ts';

/** The moments a selector or subquery looks at: one for each step, or all the same under `@`. */
export interface LookTimes {
  /** ms. */
  readonly first: number;
  /** ms from one to the next; 0 under `@`. */
  readonly stride: number;
  /** ms. */
  readonly last: number;
  readonly count: number;
}

/** The moments of a range, `@` and offset taken into account. */
export function lookTimes({ at, offsetMs }: TimeShift, range: StepRange, context: QueryContext): LookTimes {
  const { count } = range;
  if (at !== undefined) {
    const moment = context.resolve(at) - offsetMs;
    return { first: moment, stride: 0, last: moment, count };
  }
  return { first: range.start - offsetMs, stride: range.step, last: lastStep(range) - offsetMs, count };
}
