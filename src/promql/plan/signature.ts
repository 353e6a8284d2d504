import { METRIC_NAME, withoutLabels, type Labels } from '../../model/labels.ts';
import { keyOf, onlyLabels } from '../label-sets.ts';
import { remember } from '../remember.ts';
import type { VectorMatching } from '../tree.ts';

/** What two series must share to match. */
export interface Signature {
  readonly labels: Labels;
  readonly key: string;
}

/** The signature of a series under a matching, remembered per series as long as the tree lives. */
export const signer = remember(({ on, labels: names }: VectorMatching) => {
  const drop = [METRIC_NAME, ...names];
  return remember((labels: Labels): Signature => {
    const shared = on ? onlyLabels(labels, names) : withoutLabels(labels, ...drop);
    return { labels: shared, key: keyOf(shared) };
  });
});
