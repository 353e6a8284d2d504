import { Failure } from '../../model/failure.ts';
import type { Labels } from '../../model/labels.ts';
import { formatDecimal } from '../format-decimal.ts';
import { meanOf, sumOf, varianceOf } from '../functions/compensated.ts';
import { compareValues, maxOf, minOf, quantileOf } from '../functions/order-statistics.ts';
import { keyOf, withLabel } from '../label-sets.ts';
import type { Aggregate } from '../tree.ts';
import type { Vector } from '../value.ts';
import { EMPTY_VECTOR, pickElements, VectorBuilder } from '../vector-builder.ts';
import { groupBy, groupLabels, type Groups } from './grouping.ts';
import type { ScalarPlan, TextPlan, VectorPlan } from './node.ts';

type Reduce = (values: Float64Array, parameter: number) => number;

const REDUCTIONS = {
  sum: (values) => sumOf(values),
  avg: (values) => meanOf(values),
  min: (values) => minOf(values),
  max: (values) => maxOf(values),
  count: (values) => values.length,
  group: () => 1,
  stddev: (values) => Math.sqrt(varianceOf(values)),
  stdvar: (values) => varianceOf(values),
  quantile: (values, phi) => quantileOf(phi, values),
} satisfies Record<string, Reduce>;

/** @param parameter the plan of the parameter, where the aggregation takes one */
export function planAggregate(
  aggregate: Aggregate,
  child: VectorPlan,
  parameter: ScalarPlan | TextPlan | undefined,
): VectorPlan {
  const { operator } = aggregate;
  const labelsOf = groupLabels(aggregate);
  const number = (time: number): number => (parameter?.type === 'scalar' ? parameter.at(time) : Number.NaN);
  switch (operator) {
    case 'topk':
    case 'bottomk':
      return vectorPlan(child, (vector, time) => {
        const limit = toLimit(number(time));
        return limit < 1 ? EMPTY_VECTOR : select(vector, groupBy(vector, labelsOf), limit, operator);
      });
    case 'limitk':
    case 'limit_ratio':
      throw new Failure('invalid', `${operator} is not there yet`);
    case 'count_values': {
      const label = parameter?.type === 'string' ? parameter.value : '';
      if (label === '') throw new Failure('invalid', 'invalid label name "" in count_values()');
      return vectorPlan(child, (vector) => countValues(vector, label, labelsOf));
    }
    case 'sum':
    case 'avg':
    case 'min':
    case 'max':
    case 'count':
    case 'group':
    case 'stddev':
    case 'stdvar':
    case 'quantile': {
      const reduction: Reduce = REDUCTIONS[operator];
      return vectorPlan(child, (vector, time) => {
        return reduce(vector, groupBy(vector, labelsOf), reduction, number(time));
      });
    }
  }
}

function vectorPlan(child: VectorPlan, compute: (vector: Vector, time: number) => Vector): VectorPlan {
  return { type: 'vector', at: (time) => compute(child.at(time), time) };
}

function reduce(vector: Vector, groups: Groups, reduction: Reduce, parameter: number): Vector {
  const values = Float64Array.from(groups.members, (member) => vector.values[member] ?? Number.NaN);
  const results = Float64Array.from(groups.labels, (_labels, group) => {
    return reduction(values.subarray(groups.offsets[group], groups.offsets[group + 1]), parameter);
  });
  return { type: 'vector', labels: groups.labels, values: results };
}

function toLimit(parameter: number): number {
  if (Number.isNaN(parameter)) throw new Failure('invalid', 'Parameter value is NaN');
  return Math.trunc(parameter);
}

/** The `limit` largest or smallest elements of each group, in that order; NaN comes last. */
function select(vector: Vector, groups: Groups, limit: number, operator: 'topk' | 'bottomk'): Vector {
  const sign = operator === 'topk' ? -1 : 1;
  const valueOf = (member: number): number => vector.values[member] ?? Number.NaN;
  const kept = groups.labels.flatMap((_labels, group) => {
    const members = groups.members.subarray(groups.offsets[group], groups.offsets[group + 1]);
    return Array.from(
      members.toSorted((a, b) => compareValues(valueOf(a), valueOf(b), sign)).subarray(0, limit),
    );
  });
  return pickElements(vector, kept);
}

function countValues(vector: Vector, label: string, labelsOf: (labels: Labels) => Labels): Vector {
  const counts = new Map<string, { labels: Labels; count: number }>();
  vector.labels.forEach((series, index) => {
    const value = formatDecimal(vector.values[index] ?? Number.NaN);
    const labels = withLabel(labelsOf(series), label, value);
    const entry = counts.get(keyOf(labels)) ?? { labels, count: 0 };
    entry.count++;
    counts.set(keyOf(labels), entry);
  });
  const builder = new VectorBuilder();
  for (const { labels, count } of counts.values()) builder.add(labels, count);
  return builder.build();
}
