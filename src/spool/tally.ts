/** Counts by source. */
export class Tally {
  readonly #counts = new Map<string, number>();
  #sum = 0;

  constructor(counts: Iterable<readonly [string, number]> = []) {
    for (const [source, count] of counts) this.add(source, count);
  }

  /** Of all sources. */
  get sum(): number {
    return this.#sum;
  }

  get(source: string): number {
    return this.#counts.get(source) ?? 0;
  }

  /** A negative count takes away; a source whose count is 0 is forgotten. */
  add(source: string, count: number): void {
    const now = this.get(source) + count;
    if (now === 0) this.#counts.delete(source);
    else this.#counts.set(source, now);
    this.#sum += count;
  }

  addAll(other: Iterable<readonly [string, number]>): void {
    for (const [source, count] of other) this.add(source, count);
  }

  /** As they are now, whatever becomes of them. */
  entries(): (readonly [string, number])[] {
    return [...this.#counts];
  }

  clear(): void {
    this.#counts.clear();
    this.#sum = 0;
  }

  [Symbol.iterator](): Iterator<readonly [string, number]> {
    return this.#counts.entries();
  }
}
