import { METRIC_NAME, withoutLabels, type Labels } from '../../model/labels.ts';
import { keyOf, onlyLabels } from '../label-sets.ts';
import { remember } from '../remember.ts';
import type { Aggregate } from '../tree.ts';
import type { Vector } from '../value.ts';

/** A vector cut into groups, in order of first appearance. */
export interface Groups {
  readonly labels: readonly Labels[];
  /** Indexes of the vector's elements, group after group. */
  readonly members: Int32Array;
  /** Where each group begins in `members`; one more entry for the end. */
  readonly offsets: Int32Array;
}

/** The labels under which an aggregation groups a series, remembered per series as long as the tree lives. */
export const groupLabels = remember(({ grouping: names, without }: Aggregate) => {
  const drop = [...names, METRIC_NAME];
  return remember((labels: Labels) => (without ? withoutLabels(labels, ...drop) : onlyLabels(labels, names)));
});

/** Cuts `vector` into groups of equal `labelsOf`. */
export function groupBy(vector: Vector, labelsOf: (labels: Labels) => Labels): Groups {
  const labels: Labels[] = [];
  const ids = new Map<string, number>();
  const groupOf = Int32Array.from(vector.labels, (series) => {
    const group = labelsOf(series);
    const key = keyOf(group);
    const id = ids.get(key) ?? labels.push(group) - 1;
    ids.set(key, id);
    return id;
  });
  return { labels, ...bucketSort(groupOf, labels.length) };
}

function bucketSort(groupOf: Int32Array, count: number): Pick<Groups, 'members' | 'offsets'> {
  const offsets = new Int32Array(count + 1);
  for (const group of groupOf) offsets[group + 1] = (offsets[group + 1] ?? 0) + 1;
  for (let i = 0; i < count; i++) offsets[i + 1] = (offsets[i + 1] ?? 0) + (offsets[i] ?? 0);
  const next = offsets.slice();
  const members = new Int32Array(groupOf.length);
  groupOf.forEach((group, index) => {
    const at = next[group] ?? 0;
    members[at] = index;
    next[group] = at + 1;
  });
  return { members, offsets };
}
