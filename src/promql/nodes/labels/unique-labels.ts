import { duplicateLabels } from '../../duplicate-labels.ts';
import { FrameCursor, type PlanFrame } from '../frames.ts';
import { LabelIds } from './label-ids.ts';
import { ALL_LABELS } from './label-part.ts';

/** Holds a vector to have no label set twice, where its frame may have. */
export class UniqueLabels {
  readonly #frame: PlanFrame;
  readonly #cursor = new FrameCursor();
  readonly #ids = new LabelIds(ALL_LABELS);
  /** The first position with each label set. */
  #firsts: number[] = [];
  /** Positions that share their labels, by the first of them. */
  #groups = new Map<number, number[]>();

  constructor(frame: PlanFrame) {
    this.#frame = frame;
  }

  /**
   * Labels are compared once, as the frame grows.
   * @throws Failure `invalid` when two of the present positions have the same
   */
  verify(present: Uint8Array): void {
    this.#extend();
    for (const group of this.#groups.values()) {
      let count = 0;
      for (const position of group) count += present[position] ?? 0;
      if (count > 1) throw duplicateLabels();
    }
  }

  #extend(): void {
    const frame = this.#frame;
    const from = this.#cursor.advance(frame, () => {
      this.#ids.clear();
      this.#firsts = [];
      this.#groups = new Map();
    });
    for (let position = from; position < frame.length; position++) {
      const id = this.#ids.of(frame.labels(position));
      const first = (this.#firsts[id] ??= position);
      if (first === position) continue;
      const group = this.#groups.get(first);
      if (group === undefined) this.#groups.set(first, [first, position]);
      else group.push(position);
    }
  }
}
