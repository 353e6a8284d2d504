import { withoutLabels, type Labels } from '../../../model/labels.ts';
import { onlyLabels, withLabel, withoutName } from '../../label-sets.ts';
import type { Binary, VectorMatching } from '../../tree.ts';
import type { VectorNode } from '../node.ts';
import type { PlanOptions } from '../plan.ts';
import { joinOneToOneNode } from './join-one-to-one.ts';
import { joinPairsNode } from './join-pairs.ts';
import { pairOperation } from './pair-operation.ts';

/** An operator between two vectors that makes one element of a pair. */
export function joinNode(
  expr: Binary,
  matching: VectorMatching,
  left: VectorNode,
  right: VectorNode,
  { delayedNameRemoval }: PlanOptions,
): VectorNode {
  const operation = pairOperation(expr);
  const computes = operation.kind === 'compute';
  // Only `bool` leaves the name for later: arithmetic drops it at once, and a filter's result is the left metric.
  const isDelayed = delayedNameRemoval && computes && operation.bool;
  const join = {
    operation,
    matching,
    labelsOf: resultLabels(matching, computes && !isDelayed),
    dropsName: isDelayed,
  };
  const isPlain = matching.cardinality === 'one-to-one' && matching.fill === undefined;
  return isPlain ? joinOneToOneNode(join, left, right) : joinPairsNode(join, left, right);
}

/** The labels of a result from those of the "many" and of the "one" side. */
function resultLabels(matching: VectorMatching, dropName: boolean): (many: Labels, one: Labels) => Labels {
  const { cardinality, on, labels: names, include } = matching;
  return (many, one) => {
    let labels = dropName ? withoutName(many) : many;
    if (cardinality === 'one-to-one' && on) labels = onlyLabels(labels, names);
    if (cardinality === 'one-to-one' && !on && names.length > 0) labels = withoutLabels(labels, ...names);
    for (const name of include) labels = withLabel(labels, name, one[name] ?? '');
    return labels;
  };
}
