import { Failure } from '../../model/failure.ts';
import { withoutLabels, type Labels } from '../../model/labels.ts';
import { compareLabels, formatLabelSet, keyOf, onlyLabels, withLabel, withoutName } from '../label-sets.ts';
import type { VectorMatching } from '../tree.ts';
import type { Vector } from '../value.ts';
import { EMPTY_VECTOR, VectorBuilder } from '../vector-builder.ts';
import type { PairOperation } from './binary-operation.ts';
import { signer, type Signature } from './signature.ts';

/**
 * Joins two vectors one to one, or many to one by `group_left` and `group_right`. More than one partner on the "one"
 * side is an error (Prometheus `VectorBinop`).
 * @param dropName whether the result is something else than the left metric
 */
export function joiner(
  matching: VectorMatching,
  operation: PairOperation,
  dropName: boolean,
): (left: Vector, right: Vector) => Vector {
  const sign = signer(matching);
  const isSwapped = matching.cardinality === 'one-to-many';
  const isOneToOne = matching.cardinality === 'one-to-one';
  const resultOf = resultLabels(matching, dropName);
  return (left, right) => {
    if (left.values.length === 0 || right.values.length === 0) return EMPTY_VECTOR;
    const [many, one] = isSwapped ? [right, left] : [left, right];
    const partners = indexOne(one, sign, isSwapped ? 'left' : 'right');
    const taken = new Set<string>();
    const builder = new VectorBuilder();
    many.labels.forEach((labels, index) => {
      const signature = sign(labels);
      const partner = partners.get(signature.key);
      if (partner === undefined) return;
      const manyValue = many.values[index] ?? Number.NaN;
      const oneValue = one.values[partner] ?? Number.NaN;
      const result = isSwapped ? operation(oneValue, manyValue) : operation(manyValue, oneValue);
      // A second partner is a mistake in the expression also while a comparison filters it out.
      if (isOneToOne)
        claim(taken, signature.key, 'many-to-one matching must be explicit (group_left/group_right)');
      if (result === undefined) return;
      const joined = resultOf(labels, one.labels[partner] ?? {});
      if (!isOneToOne) claim(taken, keyOf(joined), 'grouping labels must ensure unique matches');
      builder.add(joined, result);
    });
    return builder.buildDistinct();
  };
}

function indexOne(
  vector: Vector,
  sign: (labels: Labels) => Signature,
  side: 'left' | 'right',
): ReadonlyMap<string, number> {
  const indexes = new Map<string, number>();
  vector.labels.forEach((labels, index) => {
    const { key, labels: group } = sign(labels);
    const other = indexes.get(key);
    if (other !== undefined) throw manyOnOneSide(group, side, labels, vector.labels[other] ?? {});
    indexes.set(key, index);
  });
  return indexes;
}

function manyOnOneSide(group: Labels, side: string, one: Labels, other: Labels): Failure {
  const found = `found duplicate series for the match group ${formatLabelSet(group)} on the ${side} hand-side`;
  const series = `[${[one, other].toSorted(compareLabels).map(formatLabelSet).join(', ')}]`;
  const advice = 'many-to-many matching not allowed: matching labels must be unique on one side';
  return new Failure('invalid', `${found} of the operation: ${series};${advice}`);
}

function claim(taken: Set<string>, key: string, advice: string): void {
  if (taken.has(key)) throw new Failure('invalid', `multiple matches for labels: ${advice}`);
  taken.add(key);
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
