import type { PlanFrame } from './frames.ts';
import type { Instant } from './node.ts';

/** The arrays of an instant vector, used again at each evaluation. */
export class Row implements Instant {
  readonly frame: PlanFrame;
  order: readonly number[] | undefined;
  values = new Float64Array(0);
  present = new Uint8Array(0);

  constructor(frame: PlanFrame) {
    this.frame = frame;
  }

  /** Makes room for all positions of the frame; nothing is present. */
  begin(): void {
    const { length } = this.frame;
    if (this.values.length < length) {
      const capacity = Math.max(8, Math.ceil(length * 1.25));
      this.values = new Float64Array(capacity);
      this.present = new Uint8Array(capacity);
    } else {
      this.present.fill(0, 0, length);
    }
  }

  set(position: number, value: number): void {
    this.values[position] = value;
    this.present[position] = 1;
  }
}
