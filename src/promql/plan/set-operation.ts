import type { SetOperator } from '../operators.ts';
import type { VectorMatching } from '../tree.ts';
import type { Vector } from '../value.ts';
import { VectorBuilder } from '../vector-builder.ts';
import { signer } from './signature.ts';

/** `and`, `or`, `unless`: elements are kept as they are, by whether the other side has their signature. */
export function setOperation(
  operator: SetOperator,
  matching: VectorMatching,
): (left: Vector, right: Vector) => Vector {
  const sign = signer(matching);
  const keysOf = (vector: Vector): Set<string> => new Set(vector.labels.map((labels) => sign(labels).key));
  return (left, right) => {
    const builder = new VectorBuilder();
    const copy = (vector: Vector, wanted: (key: string) => boolean): void => {
      vector.labels.forEach((labels, index) => {
        if (wanted(sign(labels).key)) builder.add(labels, vector.values[index] ?? Number.NaN);
      });
    };
    if (operator === 'or') {
      const present = keysOf(left);
      copy(left, () => true);
      copy(right, (key) => !present.has(key));
    } else {
      const other = keysOf(right);
      copy(left, (key) => other.has(key) === (operator === 'and'));
    }
    return builder.build();
  };
}
