/** Numbers from 0 on for pairs of whole numbers, each of which may be negative: the same number for equal pairs. */
export class PairIds {
  size = 0;
  /** Open addressing: of each slot the pair, and its number + 1; 0 where it is free. */
  #slots = new Int32Array(FEWEST * 3);
  #mask = FEWEST - 1;

  /** A pair that was not seen before gets the next number. */
  of(first: number, second: number): number {
    const slots = this.#slots;
    const at = find(slots, this.#mask, first, second);
    const known = slots[at + 2] ?? 0;
    if (known > 0) return known - 1;
    slots[at] = first;
    slots[at + 1] = second;
    slots[at + 2] = ++this.size;
    if (this.size * 2 > this.#mask) this.#grow();
    return this.size - 1;
  }

  clear(): void {
    this.size = 0;
    this.#slots = new Int32Array(FEWEST * 3);
    this.#mask = FEWEST - 1;
  }

  #grow(): void {
    const old = this.#slots;
    this.#mask = this.#mask * 2 + 1;
    this.#slots = new Int32Array(old.length * 2);
    for (let from = 0; from < old.length; from += 3) {
      if (old[from + 2] === 0) continue;
      const at = find(this.#slots, this.#mask, old[from] ?? 0, old[from + 1] ?? 0);
      this.#slots.set(old.subarray(from, from + 3), at);
    }
  }
}

const FEWEST = 16;

/** Where a pair is, or the free slot where it would be. */
function find(slots: Int32Array, mask: number, first: number, second: number): number {
  const mixed = Math.imul(first, 0x9e37_79b1) ^ Math.imul(second, 0x85eb_ca77);
  let slot = (mixed ^ (mixed >>> 15)) & mask;
  for (;;) {
    const at = slot * 3;
    if (slots[at + 2] === 0 || (slots[at] === first && slots[at + 1] === second)) return at;
    slot = (slot + 1) & mask;
  }
}
