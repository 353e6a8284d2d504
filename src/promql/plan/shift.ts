import type { TimeShift } from '../tree.ts';
import type { Evaluation } from './evaluation.ts';

/** The function from the evaluation time to the moment a selector or subquery looks at: `@`, then offset. */
export function shifter({ at, offsetMs }: TimeShift, evaluation: Evaluation): (time: number) => number {
  if (at === undefined) return (time) => time - offsetMs;
  const fixed = evaluation.resolve(at) - offsetMs;
  return () => fixed;
}
