/** Room for the intermediate numbers of one evaluation, used again at the next. */
export class FloatScratch {
  #array = new Float64Array(0);

  /** At least `length` numbers, whatever they are. */
  take(length: number): Float64Array {
    if (this.#array.length < length) this.#array = new Float64Array(Math.ceil(length * 1.25));
    return this.#array;
  }

  /** At least `length` numbers, the first `length` of them 0. */
  zeros(length: number): Float64Array {
    return this.take(length).fill(0, 0, length);
  }
}

/** The same for whole numbers. */
export class IntScratch {
  #array = new Int32Array(0);

  /** At least `length` numbers, whatever they are. */
  take(length: number): Int32Array {
    if (this.#array.length < length) this.#array = new Int32Array(Math.ceil(length * 1.25));
    return this.#array;
  }

  /** At least `length` numbers, the first `length` of them `value`. */
  filled(length: number, value: number): Int32Array {
    return this.take(length).fill(value, 0, length);
  }
}

/** The same for flags. */
export class FlagScratch {
  #array = new Uint8Array(0);

  /** At least `length` flags, the first `length` of them 0. */
  cleared(length: number): Uint8Array {
    if (this.#array.length < length) this.#array = new Uint8Array(Math.ceil(length * 1.25));
    else this.#array.fill(0, 0, length);
    return this.#array;
  }
}
