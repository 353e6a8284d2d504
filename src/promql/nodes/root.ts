import { endNamesNode } from './labels/end-names.ts';
import type { Node, VectorNode } from './node.ts';
import type { QueryContext } from './query-context.ts';
import { singleNode } from './single.ts';

/** The node of a whole expression as a vector whose labels are final; undefined for a string or range vector. */
export function rootVector(node: Node, { delayedNameRemoval }: QueryContext): VectorNode | undefined {
  if (node.type === 'scalar') return singleNode(node);
  if (node.type !== 'vector') return undefined;
  return delayedNameRemoval ? endNamesNode(node) : node;
}
