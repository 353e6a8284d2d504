import type { TimeShift } from '../../tree.ts';
import type { QueryContext } from '../query-context.ts';

/** The function from the evaluation time to the moment a selector or subquery looks at: `@`, then offset. */
export function shifter({ at, offsetMs }: TimeShift, context: QueryContext): (time: number) => number {
  if (at === undefined) return (time) => time - offsetMs;
  return () => context.resolve(at) - offsetMs;
}
