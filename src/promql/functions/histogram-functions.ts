import { withoutLabels, type Labels } from '../../model/labels.ts';
import { keyOf, withoutName } from '../label-sets.ts';
import type { Vector } from '../value.ts';
import { VectorBuilder } from '../vector-builder.ts';
import { toBuckets, type Buckets } from './histogram-buckets.ts';

const groupLabels = new WeakMap<Labels, Labels>();

interface Group {
  readonly labels: Labels;
  readonly pairs: [number, number][];
}

/** Applies `compute` to each classic histogram of a vector of its buckets; elements without a number in `le` are left out. */
export function overHistograms(vector: Vector, compute: (buckets: Buckets) => number): Vector {
  const groups = new Map<string, Group>();
  vector.labels.forEach((labels, index) => {
    const bound = parseBound(labels['le']);
    if (bound === undefined) return;
    const rest = withoutBound(labels);
    const key = keyOf(rest);
    const group = groups.get(key) ?? { labels: rest, pairs: [] };
    group.pairs.push([bound, vector.values[index] ?? Number.NaN]);
    groups.set(key, group);
  });
  const builder = new VectorBuilder();
  for (const { labels, pairs } of groups.values()) {
    const buckets = toBuckets(pairs);
    builder.add(labels, buckets === undefined ? Number.NaN : compute(buckets));
  }
  return builder.build();
}

function withoutBound(labels: Labels): Labels {
  let rest = groupLabels.get(labels);
  if (rest === undefined) {
    rest = withoutLabels(withoutName(labels), 'le');
    groupLabels.set(labels, rest);
  }
  return rest;
}

function parseBound(text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  if (/^\+?inf$/i.test(text)) return Number.POSITIVE_INFINITY;
  const bound = Number(text);
  return Number.isNaN(bound) ? undefined : bound;
}
