import {
  isComparison,
  isSetOperator,
  type ArithmeticOperator,
  type ComparisonOperator,
} from '../../operators.ts';
import type { Binary } from '../../tree.ts';
import { FlagScratch } from '../scratch.ts';
import { arithmeticLoop, comparisonLoop, type ArithmeticLoop, type ComparisonLoop } from './pair-loops.ts';

/** An arithmetic operator or a comparison, applied to two columns at once. */
export type PairOperation = Computation | Filter;

/** Yields a value for each pair, whose metric is a new one. */
export interface Computation {
  readonly kind: 'compute';
  /** Whether it is a comparison with `bool`, which differs in when the name goes. */
  readonly bool: boolean;
  readonly run: ArithmeticLoop;
}

/** Keeps the pairs that are in a relation, and with them the value of the side it looks at first. */
export interface Filter {
  readonly kind: 'filter';
  readonly holds: ComparisonLoop;
}

/** What an operator that is none of sets does with its pairs. */
export function pairOperation({ operator, bool }: Pick<Binary, 'operator' | 'bool'>): PairOperation {
  if (isSetOperator(operator)) throw new TypeError(`${operator} works on sets`);
  if (!isComparison(operator)) return computation(operator);
  return bool ? truth(operator) : { kind: 'filter', holds: comparisonLoop(operator) };
}

function computation(operator: ArithmeticOperator): Computation {
  return { kind: 'compute', bool: false, run: arithmeticLoop(operator) };
}

function truth(operator: ComparisonOperator): Computation {
  const holds = comparisonLoop(operator);
  const scratch = new FlagScratch();
  return {
    kind: 'compute',
    bool: true,
    run: (left, right, length, out) => {
      const flags = scratch.cleared(length);
      holds(left, right, length, flags);
      for (let i = 0; i < length; i++) out[i] = flags[i] ?? 0;
    },
  };
}

/** Clears the flags in `present` of the pairs that a filter does not keep. */
export function applyFilter(
  { holds }: Filter,
  left: Float64Array,
  right: Float64Array,
  present: Uint8Array,
  length: number,
  kept: Uint8Array,
): void {
  holds(left, right, length, kept);
  for (let i = 0; i < length; i++) present[i] = (present[i] ?? 0) & (kept[i] ?? 0);
}
