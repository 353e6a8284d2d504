import { keyOf } from '../../label-sets.ts';
import { FrameCursor, type PlanFrame } from '../frames.ts';

/** The positions of a frame that share their labels with others: where a vector could hold a label set twice. */
export class Twins {
  readonly #frame: PlanFrame;
  readonly #cursor = new FrameCursor();
  #first = new Map<string, number>();
  /** Groups of positions with the same labels, by the first of them. */
  #groups = new Map<number, number[]>();

  constructor(frame: PlanFrame) {
    this.#frame = frame;
  }

  /** Whether two of the present positions have the same labels. Labels are compared once, as the frame grows. */
  among(present: Uint8Array): boolean {
    this.#grow();
    for (const group of this.#groups.values()) {
      let count = 0;
      for (const position of group) count += present[position] ?? 0;
      if (count > 1) return true;
    }
    return false;
  }

  #grow(): void {
    const frame = this.#frame;
    const from = this.#cursor.advance(frame, () => {
      this.#first = new Map();
      this.#groups = new Map();
    });
    for (let position = from; position < frame.length; position++)
      this.#add(keyOf(frame.labels(position)), position);
  }

  #add(key: string, position: number): void {
    const first = this.#first.get(key);
    if (first === undefined) {
      this.#first.set(key, position);
      return;
    }
    const group = this.#groups.get(first);
    if (group === undefined) this.#groups.set(first, [first, position]);
    else group.push(position);
  }
}
