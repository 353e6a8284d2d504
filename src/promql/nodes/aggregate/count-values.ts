import { Failure } from '../../../model/failure.ts';
import { METRIC_NAME, type Labels } from '../../../model/labels.ts';
import { formatDecimal } from '../../format-decimal.ts';
import { withLabel } from '../../label-sets.ts';
import type { Aggregate } from '../../tree.ts';
import { FrameCursor, ListFrame } from '../frames.ts';
import { LabelIds } from '../labels/label-ids.ts';
import { ALL_LABELS } from '../labels/label-part.ts';
import type { VectorNode } from '../node.ts';
import { Row } from '../row.ts';
import { Groups } from './groups.ts';

/** Values come and go: with fewer than one in so many still there, the results begin anew. */
const MAX_WASTE = 4;
const MIN_RESULTS = 1000;

/** `count_values`. @throws Failure `invalid` without a label */
export function countValuesNode(child: VectorNode, aggregate: Aggregate, label: string): VectorNode {
  if (label === '') throw new Failure('invalid', 'invalid label name "" in count_values()');
  const groups = new Groups(child.frame, aggregate);
  const hidden = aggregate.without && [...aggregate.grouping, METRIC_NAME].includes(label);
  const results = new ValueResults(groups, (labels, text) =>
    hidden ? labels : withLabel(labels, label, text),
  );
  const row = new Row(results.frame);
  return {
    type: 'vector',
    frame: results.frame,
    at(time) {
      const { values, present } = child.at(time);
      const groupOf = groups.update();
      results.begin();
      for (let position = 0; position < child.frame.length; position++) {
        if (present[position] === 1) results.count(groupOf[position] ?? 0, values[position] ?? 0);
      }
      row.begin();
      results.counts.forEach((size, position) => {
        if (size > 0) row.set(position, size);
      });
      return row;
    },
  };
}

/** How often each value occurs in each group. The text of a value is made once for each group that has it. */
class ValueResults {
  readonly frame = new ListFrame();
  counts: number[] = [];
  readonly #groups: Groups;
  readonly #labelsOf: (group: Labels, value: string) => Labels;
  readonly #cursor = new FrameCursor();
  readonly #ids = new LabelIds(ALL_LABELS);
  #positions: Map<number | '-0', number>[] = [];

  constructor(groups: Groups, labelsOf: (group: Labels, value: string) => Labels) {
    this.#groups = groups;
    this.#labelsOf = labelsOf;
  }

  begin(): void {
    const used = this.counts.reduce((sum, size) => sum + Number(size > 0), 0);
    if (this.counts.length > MIN_RESULTS && this.counts.length > MAX_WASTE * used) this.#forget();
    this.#cursor.advance(this.#groups, () => this.#forget());
    this.counts.fill(0);
  }

  count(group: number, value: number): void {
    const positions = (this.#positions[group] ??= new Map());
    // A map takes the two zeros for one.
    const key = Object.is(value, -0) ? '-0' : value;
    let position = positions.get(key);
    if (position === undefined) {
      position = this.#add(group, value);
      positions.set(key, position);
    }
    this.counts[position] = (this.counts[position] ?? 0) + 1;
  }

  #add(group: number, value: number): number {
    const labels = this.#labelsOf(this.#groups.labels(group), formatDecimal(value));
    const position = this.#ids.of(labels);
    if (position < this.frame.length) return position;
    this.counts.push(0);
    return this.frame.push(labels);
  }

  #forget(): void {
    this.frame.clear();
    this.#ids.clear();
    this.#positions = [];
    this.counts = [];
  }
}
