import { METRIC_NAME } from '../../../model/labels.ts';
import type { VectorMatching } from '../../tree.ts';
import { FrameCursor, type PlanFrame } from '../frames.ts';
import { IntColumn } from '../int-column.ts';
import { LabelIds } from '../labels/label-ids.ts';
import { allBut, onlyNamed, type LabelPart } from '../labels/label-part.ts';
import { frameToRead } from '../labels/nameless.ts';

/** What the elements of two vectors must share to match, as numbers: the same for both sides. */
export class MatchSignatures {
  readonly left = new IntColumn();
  readonly right = new IntColumn();
  readonly #ids: LabelIds;
  readonly #frames: readonly [PlanFrame, PlanFrame];
  readonly #cursors = [new FrameCursor(), new FrameCursor()] as const;

  constructor(matching: VectorMatching, left: PlanFrame, right: PlanFrame) {
    const { on, labels: names } = matching;
    this.#frames = on ? [frameToRead(left, names), frameToRead(right, names)] : [left, right];
    this.#ids = new LabelIds(matchPart(matching));
  }

  /** How many there are. */
  get size(): number {
    return this.#ids.size;
  }

  /**
   * Takes up the positions that are new on either side.
   * @param forget called first when an epoch has changed: all numbers are given anew
   */
  update(forget: () => void): void {
    const [left, right] = this.#frames;
    let isStale = false;
    const note = (): void => {
      isStale = true;
    };
    const firstLeft = this.#cursors[0].advance(left, note);
    const firstRight = this.#cursors[1].advance(right, note);
    if (isStale) {
      this.#ids.clear();
      this.left.clear();
      this.right.clear();
      forget();
    }
    this.#extend(this.left, left, isStale ? 0 : firstLeft);
    this.#extend(this.right, right, isStale ? 0 : firstRight);
  }

  #extend(column: IntColumn, frame: PlanFrame, from: number): void {
    for (let position = from; position < frame.length; position++) {
      column.push(this.#ids.of(frame.labels(position)));
    }
  }
}

/** The labels that a matching compares. */
export function matchPart({ on, labels: names }: VectorMatching): LabelPart {
  return on ? onlyNamed(names) : allBut([METRIC_NAME, ...names]);
}
