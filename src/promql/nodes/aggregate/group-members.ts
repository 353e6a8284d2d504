import type { Instant } from '../node.ts';
import { IntScratch } from '../scratch.ts';

/** The present positions of a vector, group after group, in rising order within each. */
export class GroupMembers {
  positions: Int32Array = new Int32Array(0);
  /** Where each group begins in `positions`; one more for the end. */
  offsets: Int32Array = new Int32Array(0);
  readonly #positions = new IntScratch();
  readonly #offsets = new IntScratch();
  readonly #next = new IntScratch();

  /** @param groups how many there are */
  gather(groupOf: Int32Array, { frame, present }: Instant, groups: number): void {
    const { length } = frame;
    this.#measure(groupOf, present, length, groups);
    const positions = this.#positions.take(length);
    const next = this.#next.take(groups);
    for (let group = 0; group < groups; group++) next[group] = this.offsets[group] ?? 0;
    for (let position = 0; position < length; position++) {
      if (present[position] !== 1) continue;
      const group = groupOf[position] ?? 0;
      const at = next[group] ?? 0;
      positions[at] = position;
      next[group] = at + 1;
    }
    this.positions = positions;
  }

  #measure(groupOf: Int32Array, present: Uint8Array, length: number, groups: number): void {
    const offsets = this.#offsets.filled(groups + 1, 0);
    for (let position = 0; position < length; position++) {
      if (present[position] !== 1) continue;
      const after = (groupOf[position] ?? 0) + 1;
      offsets[after] = (offsets[after] ?? 0) + 1;
    }
    for (let group = 0; group < groups; group++) {
      offsets[group + 1] = (offsets[group + 1] ?? 0) + (offsets[group] ?? 0);
    }
    this.offsets = offsets;
  }
}
