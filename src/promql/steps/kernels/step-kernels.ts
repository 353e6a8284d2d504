import { rangeFunctionOf } from '../../kernels/range-functions.ts';
import { countedChanges } from './counted-changes.ts';
import { counterSteps } from './counter-steps.ts';
import { slidingExtreme } from './sliding-extreme.ts';
import { slidingQuantile } from './sliding-quantile.ts';
import { slidingSum } from './sliding-sum.ts';
import type { StepKernel } from './step-kernel.ts';
import { edgeKernel, windowKernel } from './window-kernel.ts';

/** A range function at many steps. */
export interface StepFunction {
  readonly kernel: StepKernel;
  /** Whether the result is still the metric itself. */
  readonly keepsName: boolean;
}

/** Those for which windows that overlap share work. */
const SLIDING: ReadonlyMap<string, StepKernel> = new Map([
  ['avg_over_time', slidingSum(true)],
  ['changes', countedChanges],
  ['max_over_time', slidingExtreme(1)],
  ['min_over_time', slidingExtreme(-1)],
  ['quantile_over_time', slidingQuantile],
  ['sum_over_time', slidingSum(false)],
]);

/** The function by its name; undefined for one that takes no range vector. Its answers are those of the instant one, to the bit. */
export function stepFunctionOf(name: string): StepFunction | undefined {
  const known = rangeFunctionOf(name);
  if (known === undefined) return undefined;
  const { kernel, edges, needsRise = false, keepsName = false } = known;
  const sliding = SLIDING.get(name);
  if (sliding !== undefined) return { kernel: sliding, keepsName };
  if (needsRise) return { kernel: counterSteps(name === 'rate', kernel), keepsName };
  return { kernel: edges === undefined ? windowKernel(kernel) : edgeKernel(edges), keepsName };
}
