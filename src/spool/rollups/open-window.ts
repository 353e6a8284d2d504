import { addNumbers, type RollupLayout } from './rollup-layout.ts';

const OTHER = 'other';

/** What one group of a window adds up to. */
export interface WindowGroup {
  /** The tenant, then the values of the declaration's `by`. */
  readonly values: readonly string[];
  readonly numbers: Float64Array<ArrayBuffer>;
}

/** The groups of one rollup in one window that are not emitted yet, in order of appearance. */
export class OpenWindow {
  readonly layout: RollupLayout;
  /** ms since the epoch. */
  readonly start: number;
  /** When it got its first and its last events, by the agent's clock, ms. */
  openedAt: number;
  touchedAt: number;
  readonly #groups = new Map<string, WindowGroup>();
  readonly #sizes = new Map<string, number>();

  constructor(layout: RollupLayout, start: number, now: number) {
    this.layout = layout;
    this.start = start;
    this.openedAt = now;
    this.touchedAt = now;
  }

  /** How many groups it has. */
  get size(): number {
    return this.#groups.size;
  }

  /** ms since the epoch. */
  get end(): number {
    return this.start + this.layout.declaration.windowMs;
  }

  /** The first groups, at most `count`. */
  first(count: number): readonly WindowGroup[] {
    return this.#groups.values().take(count).toArray();
  }

  /** Adds the numbers at `from`; true when they went to `other`, as the tenant has too many groups. */
  add(values: readonly string[], numbers: Float64Array, from: number): boolean {
    if (this.#accumulate(values, numbers, from)) return false;
    const isFull = this.#sizeOf(values) >= this.layout.declaration.seriesLimit;
    const kept = isFull ? folded(values) : values;
    if (!isFull || !this.#accumulate(kept, numbers, from)) this.#begin(kept, numbers, from);
    return keyOf(kept) !== keyOf(values);
  }

  /** Forgets the first groups. */
  remove(count: number): void {
    for (const { values } of this.first(count)) {
      this.#groups.delete(keyOf(values));
      this.#sizes.set(values[0] ?? '', this.#sizeOf(values) - 1);
    }
  }

  /** False when there is no such group yet. */
  #accumulate(values: readonly string[], numbers: Float64Array, from: number): boolean {
    const known = this.#groups.get(keyOf(values));
    if (known !== undefined) addNumbers(known.numbers, numbers, from, this.layout);
    return known !== undefined;
  }

  #begin(values: readonly string[], numbers: Float64Array, from: number): void {
    this.#groups.set(keyOf(values), { values, numbers: numbers.slice(from, from + this.layout.stride) });
    this.#sizes.set(values[0] ?? '', this.#sizeOf(values) + 1);
  }

  #sizeOf(values: readonly string[]): number {
    return this.#sizes.get(values[0] ?? '') ?? 0;
  }
}

function folded(values: readonly string[]): readonly string[] {
  return values.map((value, i) => (i === 0 || value === '' ? value : OTHER));
}

function keyOf(values: readonly string[]): string {
  return values.join('\u0000');
}
