import { nameless } from '../nodes/labels/nameless.ts';
import { findWindows } from './kernels/find-windows.ts';
import type { Prune } from './kernels/prune-predictions.ts';
import type { StepWindows } from './kernels/step-kernel.ts';
import type { StepFunction } from './kernels/step-kernels.ts';
import type { LookTimes } from './look-times.ts';
import type { RangeSource, Samples, Visit } from './range-source.ts';
import type { ScalarSteps, StepPlan, StepRange, VectorSteps } from './step-node.ts';
import { StepRows } from './step-rows.ts';
import { verifySteps } from './verify-steps.ts';

/**
 * A function that turns the windows of each series into a row.
 * @param prune takes away windows whose results nobody will look at
 */
export function rangeFunctionSteps(
  { kernel, keepsName }: StepFunction,
  source: RangeSource,
  [first, second]: readonly ScalarSteps[],
  { pool }: StepPlan,
  prune?: Prune,
): VectorSteps {
  const { frame, verify } = keepsName
    ? { frame: source.frame, verify: () => undefined }
    : nameless(source.frame, false);
  const windows = new SeriesWindows(source.rangeMs);
  return {
    type: 'vector',
    frame,
    over(range, demand) {
      const parameters = [first?.over(range) ?? NONE, second?.over(range) ?? NONE] as const;
      const result = new StepRows();
      const visit: Visit = (position, samples, times) => {
        if (samples.length === 0) return;
        const row = pool.take(range.count);
        const found = windows.of(samples, times, range);
        prune?.(samples, found, parameters[0]);
        kernel(samples, found, row, ...parameters);
        result.keep(position, row, pool);
      };
      source.read(range, visit, demand);
      result.ordered(pool);
      verifySteps(result, frame.length, verify);
      return result;
    },
  };
}

const NONE = new Float64Array(0);

/** Finds the windows of one series after the other. */
class SeriesWindows {
  readonly #rangeMs: number;
  #from = new Int32Array(0);
  #to = new Int32Array(0);

  constructor(rangeMs: number) {
    this.#rangeMs = rangeMs;
  }

  of({ timestamps, length }: Samples, times: LookTimes, { start, step, count }: StepRange): StepWindows {
    if (this.#to.length < count) {
      this.#from = new Int32Array(count);
      this.#to = new Int32Array(count);
    }
    const [from, to] = [this.#from, this.#to];
    findWindows(timestamps, length, times, this.#rangeMs, from, to);
    const { first: end, stride } = times;
    return { count, from, to, time: start, step, end, stride, rangeMs: this.#rangeMs };
  }
}
