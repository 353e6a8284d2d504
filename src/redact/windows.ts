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

  /** Whether `bytes[start, end)` holds a word that is looked for, and that `isReal` believes by where it ends. */
  isIn(
    bytes: Uint8Array,
    start: number,
    end: number,
    isReal: (word: number, start: number, end: number) => boolean,
  ): boolean {
    if (end - start < 4) return false;
    const slots = this.#slots;
    let word = wordAt(bytes, start) >>> 8;
    for (let i = start + 3; i < end; i++) {
      word = (word << 8) | (bytes[i] ?? 0) | 0x20;
      if (slots[Math.imul(word, 0x9e3779b1) >>> 16] === 1 && this.#words.has(word)) {
        if (isReal(word, start, i + 1)) return true;
      }
    }
    return false;
  }
}

function slotOf(word: number): number {
  return Math.imul(word, 0x9e3779b1) >>> 16;
}
