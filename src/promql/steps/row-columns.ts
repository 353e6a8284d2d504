import type { PlanFrame } from '../nodes/frames.ts';
import type { Instant, VectorNode } from '../nodes/node.ts';
import type { StepRange } from './step-node.ts';
import type { StepRow } from './step-row.ts';
import type { StepRows } from './step-rows.ts';

/** Steps that are turned from rows to columns at once: a cache line of values. */
const TILE = 16;

/** The rows of a vector as an instant vector, one step after the other: what instant nodes are given as operand. */
export class RowColumns implements VectorNode {
  readonly type = 'vector';
  readonly frame: PlanFrame;
  #range: StepRange = { start: 0, step: 1, count: 0 };
  #rows: StepRows | undefined;
  #tile = -1;
  #width = 0;
  #values = new Float64Array(0);
  #present = new Uint8Array(0);

  constructor(frame: PlanFrame) {
    this.frame = frame;
  }

  /** Shows the rows of another range, which must stay as they are until the next. */
  load(range: StepRange, rows: StepRows): void {
    this.#range = range;
    this.#rows = rows;
    this.#tile = -1;
    this.#width = this.frame.length;
    const size = this.#width * TILE;
    if (this.#values.length >= size) return;
    this.#values = new Float64Array(Math.ceil(size * 1.25));
    this.#present = new Uint8Array(this.#values.length);
  }

  /** @param time one of the steps, ms */
  at(time: number): Instant {
    const index = Math.round((time - this.#range.start) / this.#range.step);
    const tile = Math.floor(index / TILE);
    if (tile !== this.#tile) this.#turn(tile);
    const width = this.#width;
    const from = (index - tile * TILE) * width;
    return {
      frame: this.frame,
      values: this.#values.subarray(from, from + width),
      present: this.#present.subarray(from, from + width),
    };
  }

  #turn(tile: number): void {
    this.#tile = tile;
    const first = tile * TILE;
    const steps = Math.min(TILE, this.#range.count - first);
    this.#present.fill(0, 0, steps * this.#width);
    const { positions, rows } = this.#rows ?? { positions: [], rows: [] };
    for (const [index, row] of rows.entries()) {
      turnRow(row, first, steps, positions[index] ?? 0, this.#width, this.#values, this.#present);
    }
  }
}

function turnRow(
  row: StepRow,
  first: number,
  steps: number,
  position: number,
  width: number,
  values: Float64Array,
  present: Uint8Array,
): void {
  let at = position;
  for (let step = first; step < first + steps; step++) {
    values[at] = row.values[step] ?? 0;
    present[at] = row.present[step] ?? 0;
    at += width;
  }
}
