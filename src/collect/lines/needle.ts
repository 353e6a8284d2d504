/** Tells which lines of a chunk hold a text, with one search over the chunk in all. Lines are asked for in order. */
export class Needle {
  readonly #text: Buffer;
  #chunk: Buffer = Buffer.alloc(0);
  #next = -1;

  constructor(text: string) {
    this.#text = Buffer.from(text);
  }

  reset(chunk: Buffer): void {
    this.#chunk = chunk;
    this.#next = -1;
  }

  isIn(start: number, end: number): boolean {
    if (this.#next < start) {
      const found = this.#chunk.indexOf(this.#text, start);
      this.#next = found === -1 ? Number.POSITIVE_INFINITY : found;
    }
    return this.#next + this.#text.length <= end;
  }
}
