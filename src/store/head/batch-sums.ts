import type { Derivation } from '../../model/dataset.ts';
import { numbersOf } from './tally.ts';

/** What the rows of one batch add to the groups of a derivation, as plain numbers: a row makes no object. */
export class BatchSums {
  /** Numbers per group. */
  readonly stride: number;
  readonly #bounds: readonly number[];
  readonly #isCounter: boolean;
  #numbers: Float64Array<ArrayBuffer>;

  constructor(derivation: Derivation) {
    this.stride = numbersOf(derivation);
    this.#bounds = derivation.buckets ?? [];
    this.#isCounter = derivation.type === 'counter';
    this.#numbers = new Float64Array(this.stride * 64);
  }

  /** Adds a value to a group: what a counter goes up by, or what a histogram observes. */
  add(group: number, value: number): void {
    const at = group * this.stride;
    if (at + this.stride > this.#numbers.length) this.#grow();
    const numbers = this.#numbers;
    if (this.#isCounter) {
      if (value > 0) numbers[at] = (numbers[at] ?? 0) + value;
      return;
    }
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket++;
    numbers[at + bucket] = (numbers[at + bucket] ?? 0) + 1;
    const sum = at + bounds.length + 1;
    numbers[sum] = (numbers[sum] ?? 0) + value;
  }

  /** The numbers of all groups; a histogram's buckets are cumulative, as its series are. */
  take(groups: number): Float64Array {
    if (!this.#isCounter) for (let group = 0; group < groups; group++) this.#cumulate(group * this.stride);
    return this.#numbers;
  }

  #cumulate(at: number): void {
    const infinity = at + this.#bounds.length;
    for (let i = at + 1; i <= infinity; i++)
      this.#numbers[i] = (this.#numbers[i] ?? 0) + (this.#numbers[i - 1] ?? 0);
    this.#numbers[infinity + 2] = this.#numbers[infinity] ?? 0;
  }

  #grow(): void {
    const larger = new Float64Array(this.#numbers.length * 2);
    larger.set(this.#numbers);
    this.#numbers = larger;
  }
}
