import { labelValue } from '../../../model/labels.ts';
import { withLabel } from '../../label-sets.ts';
import type { VectorNode } from '../node.ts';
import { relabelNode, requireLabelName } from './relabel.ts';

/** `label_join`. @throws Failure `invalid` for a bad label name */
export function labelJoinNode(
  child: VectorNode,
  target: string,
  separator: string,
  sources: readonly string[],
): VectorNode {
  for (const source of sources) requireLabelName('label_join', 'source', source);
  requireLabelName('label_join', 'destination', target);
  return relabelNode(child, target, (labels) => {
    const joined = sources.map((source) => labelValue(labels, source)).join(separator);
    return withLabel(labels, target, joined);
  });
}
