import type { Frame } from '../../../model/frame.ts';
import type { Labels } from '../../../model/labels.ts';
import type { PlanFrame } from '../frames.ts';

/** A selection as the frame of a plan; empty until there is one. */
export class SelectedFrame implements PlanFrame {
  #frame: Frame | undefined;

  constructor(frame?: Frame) {
    this.#frame = frame;
  }

  show(frame: Frame): void {
    this.#frame = frame;
  }

  get epoch(): number {
    return this.#frame?.epoch ?? -1;
  }

  get length(): number {
    return this.#frame?.length ?? 0;
  }

  labels(position: number): Labels {
    return this.#frame?.labels(position) ?? {};
  }

  dropsName(): boolean {
    return false;
  }
}
