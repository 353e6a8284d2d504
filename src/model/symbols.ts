const INITIAL = 64;
const SHORT = 64;
const EMPTY = new Uint8Array(0);
const encoder = new TextEncoder();
/** A short text has at most three bytes for each of its UTF-16 units. */
const scratch = new Uint8Array(SHORT * 3);
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Interns byte strings as small integers, so that a label value met a million times is one string.
 * Symbol 0 is the absent value. Text is UTF-8.
 */
export class SymbolTable {
  #arena = new Uint8Array(INITIAL * 16);
  #used = 0;
  #starts = new Int32Array(INITIAL);
  #ends = new Int32Array(INITIAL);
  #hashes = new Int32Array(INITIAL);
  #slots = new Int32Array(INITIAL * 2);
  #texts: (string | undefined)[] = [''];
  #count = 1;

  /** How many symbols there are, the absent one included. */
  get size(): number {
    return this.#count;
  }

  intern(text: string): number {
    const size = this.#count;
    const symbol = text.length <= SHORT ? this.#internShort(text) : this.#internLong(text);
    if (symbol >= size) this.#texts[symbol] = text;
    return symbol;
  }

  #internShort(text: string): number {
    return this.internBytes(scratch, 0, encoder.encodeInto(text, scratch).written);
  }

  #internLong(text: string): number {
    const bytes = encoder.encode(text);
    return this.internBytes(bytes, 0, bytes.length);
  }

  /** The symbol of `bytes[start, end)`; an empty range is the absent symbol. */
  internBytes(bytes: Uint8Array, start: number, end: number): number {
    if (end <= start) return 0;
    const hash = hashOf(bytes, start, end);
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const symbol = this.#slots[slot] ?? 0;
      if (symbol === 0) return this.#add(bytes, start, end, hash, slot);
      if (this.#hashes[symbol] === hash && this.#equals(symbol, bytes, start, end)) return symbol;
      slot = (slot + 1) & mask;
    }
  }

  text(symbol: number): string {
    return (this.#texts[symbol] ??= decoder.decode(this.bytes(symbol)));
  }

  /** The bytes of all symbols, from `start` to `end` of each; another array after the next `intern` or `clear`. */
  get arena(): Uint8Array {
    return this.#arena;
  }

  start(symbol: number): number {
    return symbol === 0 ? 0 : (this.#starts[symbol] ?? 0);
  }

  end(symbol: number): number {
    return symbol === 0 ? 0 : (this.#ends[symbol] ?? 0);
  }

  /** A view of the symbol's bytes, valid until the next `intern` or `clear`. */
  bytes(symbol: number): Uint8Array {
    return symbol === 0 ? EMPTY : this.#arena.subarray(this.#starts[symbol], this.#ends[symbol]);
  }

  /**
   * Gives a symbol another text, under its number; another symbol may have the same. What is interned later meets
   * neither: its old text is a new symbol again.
   */
  replace(symbol: number, text: string): void {
    const bytes = encoder.encode(text);
    const start = this.#reserve(bytes.length);
    this.#arena.set(bytes, start);
    this.#starts[symbol] = start;
    this.#ends[symbol] = start + bytes.length;
    this.#texts[symbol] = text;
  }

  clear(): void {
    this.#slots.fill(0);
    this.#texts = [''];
    this.#count = 1;
    this.#used = 0;
  }

  #equals(symbol: number, bytes: Uint8Array, start: number, end: number): boolean {
    const arena = this.#arena;
    const from = this.#starts[symbol] ?? 0;
    if ((this.#ends[symbol] ?? 0) - from !== end - start) return false;
    for (let i = start, j = from; i < end; i++, j++) if (arena[j] !== bytes[i]) return false;
    return true;
  }

  #add(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const symbol = this.#count++;
    if (symbol >= this.#starts.length) this.#growIndex();
    const from = this.#reserve(end - start);
    this.#copy(bytes, start, end, from);
    this.#starts[symbol] = from;
    this.#ends[symbol] = from + end - start;
    this.#hashes[symbol] = hash;
    this.#slots[slot] = symbol;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    return symbol;
  }

  // For short texts a loop beats a native call, and no view is made.
  #copy(bytes: Uint8Array, start: number, end: number, to: number): void {
    const arena = this.#arena;
    if (end - start > SHORT) arena.set(bytes.subarray(start, end), to);
    else for (let i = start, at = to; i < end; i++, at++) arena[at] = bytes[i] ?? 0;
  }

  #reserve(length: number): number {
    const from = this.#used;
    this.#used += length;
    if (this.#used > this.#arena.length) {
      const larger = new Uint8Array(Math.max(this.#used, this.#arena.length * 2));
      larger.set(this.#arena.subarray(0, from));
      this.#arena = larger;
    }
    return from;
  }

  #growIndex(): void {
    this.#starts = doubled(this.#starts);
    this.#ends = doubled(this.#ends);
    this.#hashes = doubled(this.#hashes);
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let symbol = 1; symbol < this.#count; symbol++) {
      let slot = (this.#hashes[symbol] ?? 0) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = symbol;
    }
  }
}

function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** FNV-1a over four bytes at a time, then over those that are left; mixed, as the slots take the low bits. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5 | 0;
  let i = start;
  for (; i + 4 <= end; i += 4) {
    const word =
      (bytes[i] ?? 0) |
      ((bytes[i + 1] ?? 0) << 8) |
      ((bytes[i + 2] ?? 0) << 16) |
      ((bytes[i + 3] ?? 0) << 24);
    hash = Math.imul(hash ^ word, 0x01000193);
    hash ^= hash >>> 15;
  }
  for (; i < end; i++) hash = Math.imul(hash ^ (bytes[i] ?? 0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return hash ^ (hash >>> 15);
}
