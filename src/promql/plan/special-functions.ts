import type { Labels } from '../../model/labels.ts';
import { bucketFraction, bucketQuantile } from '../functions/histogram-buckets.ts';
import { overHistograms } from '../functions/histogram-functions.ts';
import { labelJoin, labelReplace } from '../functions/label-functions.ts';
import { compareValues } from '../functions/order-statistics.ts';
import { withoutName } from '../label-sets.ts';
import type { Vector } from '../value.ts';
import { EMPTY_VECTOR, pickElements, VectorBuilder } from '../vector-builder.ts';
import type { Arguments } from './arguments.ts';
import type { ScalarPlan, VectorPlan } from './node.ts';

type PlanFunction = (args: Arguments) => ScalarPlan | VectorPlan;

const FUNCTIONS: ReadonlyMap<string, PlanFunction> = new Map([
  ['absent', vectorFunction((args, time) => absence(args.vector(time).values.length, args.pinned))],
  ['absent_over_time', vectorFunction((args, time) => absence(args.range(time).windows.length, args.pinned))],
  ['histogram_fraction', vectorFunction(histogramFraction)],
  ['histogram_quantile', vectorFunction(histogramQuantile)],
  ['label_join', planLabelJoin],
  ['label_replace', planLabelReplace],
  ['pi', scalarFunction(() => Math.PI)],
  ['scalar', scalarFunction((args, time) => onlyValue(args.vector(time)))],
  ['sort', vectorFunction((args, time) => sorted(args.vector(time), 1))],
  ['sort_desc', vectorFunction((args, time) => sorted(args.vector(time), -1))],
  ['time', scalarFunction((_args, time) => time / 1000)],
  ['timestamp', vectorFunction((args, time) => mapValues(args.vector(time), () => time / 1000))],
  ['vector', vectorFunction((args, time) => single(args.scalar(0, time)))],
]);

/** The functions that are neither a kernel over windows nor a formula of one value. */
export function specialFunctionOf(name: string): PlanFunction | undefined {
  return FUNCTIONS.get(name);
}

/** A vector of one element without labels. */
export function single(value: number): Vector {
  return { type: 'vector', labels: [NO_LABELS], values: Float64Array.of(value) };
}

const NO_LABELS: Labels = {};

/** Computes every value anew; the result is no longer the metric. */
export function mapValues(vector: Vector, compute: (value: number) => number): Vector {
  const builder = new VectorBuilder();
  vector.labels.forEach((labels, index) => {
    builder.add(withoutName(labels), compute(vector.values[index] ?? Number.NaN));
  });
  return builder.buildDistinct();
}

function vectorFunction(at: (args: Arguments, time: number) => Vector): PlanFunction {
  return (args) => ({ type: 'vector', at: (time) => at(args, time) });
}

function scalarFunction(at: (args: Arguments, time: number) => number): PlanFunction {
  return (args) => ({ type: 'scalar', at: (time) => at(args, time) });
}

function absence(present: number, pinned: Labels): Vector {
  return present > 0 ? EMPTY_VECTOR : { type: 'vector', labels: [pinned], values: Float64Array.of(1) };
}

function histogramQuantile(args: Arguments, time: number): Vector {
  const phi = args.scalar(0, time);
  return overHistograms(args.vector(time), (buckets) => bucketQuantile(phi, buckets));
}

function histogramFraction(args: Arguments, time: number): Vector {
  const lower = args.scalar(0, time);
  const upper = args.scalar(1, time);
  return overHistograms(args.vector(time), (buckets) => bucketFraction(lower, upper, buckets));
}

function planLabelReplace(args: Arguments): VectorPlan {
  const [target = '', replacement = '', source = '', pattern = ''] = args.texts;
  const replace = labelReplace({ target, replacement, source, pattern });
  return { type: 'vector', at: (time) => replace(args.vector(time)) };
}

function planLabelJoin(args: Arguments): VectorPlan {
  const [target = '', separator = '', ...sources] = args.texts;
  const join = labelJoin(target, separator, sources);
  return { type: 'vector', at: (time) => join(args.vector(time)) };
}

function onlyValue({ values }: Vector): number {
  return values.length === 1 ? (values[0] ?? Number.NaN) : Number.NaN;
}

function sorted(vector: Vector, sign: 1 | -1): Vector {
  const valueOf = (index: number): number => vector.values[index] ?? Number.NaN;
  const order = Array.from(vector.values.keys());
  return pickElements(
    vector,
    order.toSorted((a, b) => compareValues(valueOf(a), valueOf(b), sign)),
  );
}
