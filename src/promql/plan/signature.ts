import { METRIC_NAME, withoutLabels, type Labels } from '../../model/labels.ts';
import { keyOf, onlyLabels } from '../label-sets.ts';
import type { VectorMatching } from '../tree.ts';

/** What two series must share to match. */
export interface Signature {
  readonly labels: Labels;
  readonly key: string;
}

const signers = new WeakMap<VectorMatching, (labels: Labels) => Signature>();

/** The signature of a series under a matching, remembered per series as long as the tree lives. */
export function signer(matching: VectorMatching): (labels: Labels) => Signature {
  const sign = signers.get(matching) ?? createSigner(matching);
  signers.set(matching, sign);
  return sign;
}

function createSigner({ on, labels: names }: VectorMatching): (labels: Labels) => Signature {
  const drop = [METRIC_NAME, ...names];
  const known = new WeakMap<Labels, Signature>();
  return (labels) => {
    let signature = known.get(labels);
    if (signature === undefined) {
      const shared = on ? onlyLabels(labels, names) : withoutLabels(labels, ...drop);
      signature = { labels: shared, key: keyOf(shared) };
      known.set(labels, signature);
    }
    return signature;
  };
}
