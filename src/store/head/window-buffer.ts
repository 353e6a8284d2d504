import type { Window } from '../../model/selection.ts';

/** A window read out of the head: its values at once, its times when somebody asks for them, as most functions do not. */
export class WindowBuffer implements Window {
  length = 0;
  values = new Float64Array(64);
  readonly #readTimes: (into: Float64Array) => void;
  #timestamps = new Float64Array(64);
  #hasTimes = false;

  /** @param readTimes writes the times of the window as it is now */
  constructor(readTimes: (into: Float64Array) => void) {
    this.#readTimes = readTimes;
  }

  get timestamps(): Float64Array {
    if (!this.#hasTimes) {
      this.#readTimes(this.#timestamps);
      this.#hasTimes = true;
    }
    return this.#timestamps;
  }

  /** Begins another window of up to `size` samples. */
  begin(size: number): void {
    this.length = size;
    this.#hasTimes = false;
    if (size <= this.values.length) return;
    this.values = new Float64Array(size * 2);
    this.#timestamps = new Float64Array(size * 2);
  }
}
