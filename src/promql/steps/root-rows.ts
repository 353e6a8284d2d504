import type { Labels } from '../../model/labels.ts';
import { FrameCursor, type PlanFrame } from '../nodes/frames.ts';
import { IntColumn } from '../nodes/int-column.ts';
import { LabelIds } from '../nodes/labels/label-ids.ts';
import { ALL_LABELS } from '../nodes/labels/label-part.ts';
import type { RowPool, StepRow } from './step-row.ts';
import { mergeRow, type StepRows } from './step-rows.ts';

/** Label sets and their rows, no two of them equal. */
export interface LabelledRows {
  readonly labels: Labels[];
  readonly rows: StepRow[];
}

/** Tells which positions of a frame have the same labels, to make one row of theirs. */
export class RootRows {
  readonly #frame: PlanFrame;
  readonly #cursor = new FrameCursor();
  readonly #ids = new LabelIds(ALL_LABELS);
  readonly #idOf = new IntColumn();

  constructor(frame: PlanFrame) {
    this.#frame = frame;
  }

  /** @throws Failure `invalid` where two rows with the same labels have a value at the same step */
  merge({ positions, rows }: StepRows, pool: RowPool): LabelledRows {
    this.#extend();
    const merged = new Map<number, StepRow>();
    const labels: Labels[] = [];
    for (const [index, row] of rows.entries()) {
      const position = positions[index] ?? 0;
      const id = this.#idOf.values[position] ?? 0;
      const known = merged.get(id);
      if (known !== undefined) mergeRow(row, known, pool);
      else {
        merged.set(id, row);
        labels.push(this.#frame.labels(position));
      }
    }
    return { labels, rows: [...merged.values()] };
  }

  #extend(): void {
    const from = this.#cursor.advance(this.#frame, () => {
      this.#ids.clear();
      this.#idOf.clear();
    });
    for (let position = from; position < this.#frame.length; position++) {
      this.#idOf.push(this.#ids.of(this.#frame.labels(position)));
    }
  }
}
