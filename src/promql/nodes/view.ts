import type { PlanFrame } from './frames.ts';
import type { Instant } from './node.ts';
import { FlagScratch } from './scratch.ts';

/** Another node's answer with fewer elements, other labels or an order: its values are not copied. */
export class View implements Instant {
  readonly frame: PlanFrame;
  values: Float64Array = new Float64Array(0);
  present: Uint8Array = new Uint8Array(0);
  order: readonly number[] | undefined;
  readonly #flags = new FlagScratch();

  /** @param frame as long as that of the answers shown, position for position */
  constructor(frame: PlanFrame) {
    this.frame = frame;
  }

  /** Shows all elements of `source`. */
  show(source: Instant): void {
    this.values = source.values;
    this.present = source.present;
    this.order = source.order;
  }

  /** Shows the values of `source`, none of them present yet. */
  begin(source: Instant): void {
    this.values = source.values;
    this.present = this.#flags.cleared(source.frame.length);
    this.order = source.order;
  }
}

/** Whether a vector has an element. */
export function hasElements({ frame, present }: Instant): boolean {
  const first = present.indexOf(1);
  return first >= 0 && first < frame.length;
}
