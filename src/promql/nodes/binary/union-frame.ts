import type { Labels } from '../../../model/labels.ts';
import type { PlanFrame } from '../frames.ts';
import { IntColumn } from '../int-column.ts';

/** The positions of two frames one after the other as they are born, so that none ever moves. */
export class UnionFrame implements PlanFrame {
  epoch = 0;
  /** Where the positions of the left frame are here. */
  readonly left = new IntColumn();
  readonly right = new IntColumn();
  /** From 0 on a position of the left frame; below, `-1 -` one of the right frame. */
  readonly #origins = new IntColumn();
  readonly #leftFrame: PlanFrame;
  readonly #rightFrame: PlanFrame;

  constructor(left: PlanFrame, right: PlanFrame) {
    this.#leftFrame = left;
    this.#rightFrame = right;
  }

  get length(): number {
    return this.#origins.length;
  }

  labels(position: number): Labels {
    const origin = this.#origins.values[position] ?? 0;
    return origin < 0 ? this.#rightFrame.labels(-1 - origin) : this.#leftFrame.labels(origin);
  }

  dropsName(position: number): boolean {
    const origin = this.#origins.values[position] ?? 0;
    return origin < 0 ? this.#rightFrame.dropsName(-1 - origin) : this.#leftFrame.dropsName(origin);
  }

  /** Takes up what both have gained. */
  extend(): void {
    for (let position = this.left.length; position < this.#leftFrame.length; position++) {
      this.left.push(this.#origins.length);
      this.#origins.push(position);
    }
    for (let position = this.right.length; position < this.#rightFrame.length; position++) {
      this.right.push(this.#origins.length);
      this.#origins.push(-1 - position);
    }
  }

  clear(): void {
    this.epoch++;
    this.left.clear();
    this.right.clear();
    this.#origins.clear();
  }
}
