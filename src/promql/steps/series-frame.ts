import type { Labels } from '../../model/labels.ts';
import { keyOf } from '../label-sets.ts';
import { ListFrame } from '../nodes/frames.ts';

/** Positions are not made anew for less. */
const FEWEST = 64;

/** The series a selector has met, each at the position it was given first. */
export class SeriesFrame {
  readonly frame = new ListFrame();
  #positions = new Map<string, number>();
  /** Series of the range before. */
  #read = 0;

  /** Before the series of a range: where most of those that are known did not come last time, all are met anew. */
  begin(): void {
    if (this.frame.length > FEWEST && this.#read * 2 < this.frame.length) {
      this.frame.clear();
      this.#positions = new Map();
    }
    this.#read = 0;
  }

  positionOf(labels: Labels): number {
    this.#read++;
    const key = keyOf(labels);
    let position = this.#positions.get(key);
    if (position === undefined) {
      position = this.frame.push(labels);
      this.#positions.set(key, position);
    }
    return position;
  }
}
