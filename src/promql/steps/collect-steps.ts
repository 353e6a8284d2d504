import type { Labels } from '../../model/labels.ts';
import { duplicateLabels } from '../duplicate-labels.ts';
import { FrameCursor, ListFrame, type PlanFrame } from '../nodes/frames.ts';
import { IntColumn } from '../nodes/int-column.ts';
import { LabelIds } from '../nodes/labels/label-ids.ts';
import { ALL_LABELS } from '../nodes/labels/label-part.ts';
import type { Instant, VectorNode } from '../nodes/node.ts';
import type { StepPlan, StepRange } from './step-node.ts';
import type { StepRow } from './step-row.ts';
import { StepRows } from './step-rows.ts';

/** Label sets are not forgotten for less. */
const FEWEST = 1000;
/** How many times as many label sets as rows are kept. */
const MOST_WASTE = 4;

/** The answers of an instant node at all steps, by the positions of its frame, which keeps its epoch meanwhile. */
export function collectSteps(node: VectorNode, range: StepRange, plan: StepPlan): StepRows {
  return collect(node, range, plan, () => undefined);
}

/** The same of a node whose frame may begin anew: rows are told apart by their labels, in a frame of their own. */
export class LabelledSteps {
  readonly frame = new ListFrame();
  readonly #ids = new LabelIds(ALL_LABELS);
  readonly #places = new IntColumn();
  #cursor = new FrameCursor();
  /** Of the range before. */
  #rows = 0;

  over(node: VectorNode, range: StepRange, plan: StepPlan): StepRows {
    this.begin();
    this.#cursor = new FrameCursor();
    const result = collect(node, range, plan, (frame) => this.#extend(frame));
    this.#rows = result.length;
    return result;
  }

  /** Before a range: forgets label sets that came and went, such as those `count_values` makes of values. */
  begin(): void {
    if (this.frame.length > FEWEST && this.#rows * MOST_WASTE < this.frame.length) {
      this.frame.clear();
      this.#ids.clear();
    }
    this.#rows = 0;
  }

  /** The place of a label set that has a row in this range. */
  placeOfRow(labels: Labels): number {
    this.#rows++;
    return this.#placeOf(labels);
  }

  #placeOf(labels: Labels): number {
    const position = this.#ids.of(labels);
    return position < this.frame.length ? position : this.frame.push(labels);
  }

  #extend(frame: PlanFrame): Int32Array {
    const from = this.#cursor.advance(frame, () => this.#places.clear());
    for (let position = from; position < frame.length; position++) {
      this.#places.push(this.#placeOf(frame.labels(position)));
    }
    return this.#places.values;
  }
}

type Places = (frame: PlanFrame) => Int32Array | undefined;

function collect(node: VectorNode, range: StepRange, plan: StepPlan, placesOf: Places): StepRows {
  const { start, step, count } = range;
  const { context, pool } = plan;
  const found: (StepRow | undefined)[] = [];
  const rowAt = (position: number): StepRow => (found[position] ??= pool.take(count));
  let time = start;
  for (let index = 0; index < count; index++) {
    context.check();
    const vector = node.at(time);
    copyColumn(vector, placesOf(vector.frame), index, rowAt);
    time += step;
  }
  const result = new StepRows();
  for (const [position, row] of found.entries()) if (row !== undefined) result.push(position, row);
  return result;
}

function copyColumn(
  { frame, values, present }: Instant,
  places: Int32Array | undefined,
  step: number,
  rowAt: (position: number) => StepRow,
): void {
  for (let position = 0; position < frame.length; position++) {
    if (present[position] !== 1) continue;
    const row = rowAt(places === undefined ? position : (places[position] ?? 0));
    if (row.present[step] === 1) throw duplicateLabels();
    row.values[step] = values[position] ?? 0;
    row.present[step] = 1;
  }
}
