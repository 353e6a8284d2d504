const SLOTS = 1 << 16;
const FOLD = 0x20202020;

/** Four bytes without regard to the case of letters, as one number; the first is the highest. */
export function wordAt(bytes: Uint8Array, at: number): number {
  return (
    ((bytes[at] ?? 0) << 24) |
    ((bytes[at + 1] ?? 0) << 16) |
    ((bytes[at + 2] ?? 0) << 8) |
    (bytes[at + 3] ?? 0) |
    FOLD |
    0
  );
}

/** Words that are looked for: a table of one byte per hash, and the exact set behind it. */
export class Windows {
  readonly #words: ReadonlySet<number>;
  readonly #slots = new Uint8Array(SLOTS);

  constructor(words: Iterable<number>) {
    this.#words = new Set(words);
    for (const word of this.#words) this.#slots[slotOf(word)] = 1;
  }

  /**
   * Where the first word that is looked for ends, of those in `bytes[start, end)` that end behind `after`; -1 without
   * one. No call and no object per byte: all that is stored passes here.
   */
  next(bytes: Uint8Array, start: number, end: number, after = start): number {
    const slots = this.#slots;
    const first = Math.max(start + 3, after);
    if (first >= end) return -1;
    let word = wordAt(bytes, first - 3) >>> 8;
    for (let i = first; i < end; i++) {
      word = (word << 8) | (bytes[i] ?? 0) | 0x20;
      if (slots[Math.imul(word, 0x9e3779b1) >>> 16] === 1 && this.#words.has(word)) return i + 1;
    }
    return -1;
  }
}

function slotOf(word: number): number {
  return Math.imul(word, 0x9e3779b1) >>> 16;
}
