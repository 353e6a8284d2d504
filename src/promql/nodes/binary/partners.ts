import { Failure } from '../../../model/failure.ts';
import type { Labels } from '../../../model/labels.ts';
import { compareLabels, formatLabelSet } from '../../label-sets.ts';
import type { Instant } from '../node.ts';
import { IntScratch } from '../scratch.ts';

/** The "one" side of a join: the position with each signature. */
export class Partners {
  readonly #side: 'left' | 'right';
  readonly #labelsOf: (labels: Labels) => Labels;
  readonly #scratch = new IntScratch();

  /**
   * @param side on which it stands
   * @param labelsOf the labels that are matched
   */
  constructor(side: 'left' | 'right', labelsOf: (labels: Labels) => Labels) {
    this.#side = side;
    this.#labelsOf = labelsOf;
  }

  /**
   * The present position of each signature, -1 where there is none.
   * @param ids the signatures by position
   * @param count how many signatures there are
   * @throws Failure `invalid` when two present elements share one
   */
  index(one: Instant, ids: Int32Array, count: number): Int32Array {
    const slots = this.#scratch.filled(count, -1);
    const { present, frame } = one;
    for (let position = 0; position < frame.length; position++) {
      if (present[position] !== 1) continue;
      const id = ids[position] ?? 0;
      const other = slots[id] ?? -1;
      if (other >= 0) throw this.#tooMany(frame.labels(position), frame.labels(other));
      slots[id] = position;
    }
    return slots;
  }

  #tooMany(one: Labels, other: Labels): Failure {
    const group = formatLabelSet(this.#labelsOf(one));
    const found = `found duplicate series for the match group ${group} on the ${this.#side} hand-side`;
    const series = `[${[one, other].toSorted(compareLabels).map(formatLabelSet).join(', ')}]`;
    const advice = 'many-to-many matching not allowed: matching labels must be unique on one side';
    return new Failure('invalid', `${found} of the operation: ${series};${advice}`);
  }
}

/** For an element of the "many" side whose place in the result is taken. */
export function multipleMatches(isOneToOne: boolean): Failure {
  const advice = isOneToOne
    ? 'many-to-one matching must be explicit (group_left/group_right)'
    : 'grouping labels must ensure unique matches';
  return new Failure('invalid', `multiple matches for labels: ${advice}`);
}
