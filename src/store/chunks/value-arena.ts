/** Values in one piece, 32 MB. */
const PIECE = 4 * 1024 * 1024;

/** Room for values that is used again and again: it is neither cleared nor left to the garbage collector. */
export class ValueArena {
  readonly #pieces: Float64Array[] = [];
  #piece = 0;
  #used = 0;

  /** Room for so many values, with anything in it; good until `reset`. */
  readonly allocate = (length: number): Float64Array => {
    if (length > PIECE) return new Float64Array(length);
    if (this.#used + length > PIECE) {
      this.#piece++;
      this.#used = 0;
    }
    const piece = (this.#pieces[this.#piece] ??= new Float64Array(PIECE));
    const from = this.#used;
    this.#used += length;
    return piece.subarray(from, this.#used);
  };

  /** All room is free again. */
  reset(): void {
    this.#piece = 0;
    this.#used = 0;
  }
}
