import type { Labels } from '../../model/labels.ts';
import { rangeFunctionOf } from '../functions/range-functions.ts';
import type { RangeFunction } from '../functions/range-kernel.ts';
import { isDateFunction, valueFunctionOf, type ValueFunction } from '../functions/value-functions.ts';
import { withoutName } from '../label-sets.ts';
import { VectorBuilder } from '../vector-builder.ts';
import { Arguments } from './arguments.ts';
import type { Plan, ScalarPlan, VectorPlan } from './node.ts';
import { mapValues, single, specialFunctionOf } from './special-functions.ts';

/** @param pinned the labels that the result of `absent` has */
export function planCall(name: string, plans: readonly Plan[], pinned: Labels): ScalarPlan | VectorPlan {
  const args = new Arguments(plans, pinned);
  const rangeFunction = rangeFunctionOf(name);
  if (rangeFunction !== undefined) return planKernel(rangeFunction, args);
  const valueFunction = valueFunctionOf(name);
  if (valueFunction !== undefined) return planValues(name, valueFunction, args);
  const special = specialFunctionOf(name);
  if (special === undefined) throw new TypeError(`function ${name} has a signature and no implementation`);
  return special(args);
}

function planKernel({ kernel, keepsName }: RangeFunction, args: Arguments): VectorPlan {
  const labelsOf = keepsName === true ? (labels: Labels): Labels => labels : withoutName;
  return {
    type: 'vector',
    at(time) {
      const argument = args.scalar(0, time);
      const { start, end, windows } = args.range(time);
      const bounds = { time, start, end };
      const builder = new VectorBuilder();
      for (const window of windows) {
        const value = kernel(window, bounds, argument);
        if (value !== undefined) builder.add(labelsOf(window.labels), value);
      }
      return builder.buildDistinct();
    },
  };
}

function planValues(name: string, compute: ValueFunction, args: Arguments): VectorPlan {
  const readsTime = isDateFunction(name) && !args.hasVector;
  return {
    type: 'vector',
    at(time) {
      const vector = readsTime ? single(time / 1000) : args.vector(time);
      const first = args.scalar(0, time, 1);
      const second = args.scalar(1, time);
      // An empty interval holds no value.
      if (name === 'clamp' && first > second) return new VectorBuilder().build();
      return mapValues(vector, (value) => compute(value, first, second) ?? Number.NaN);
    },
  };
}
