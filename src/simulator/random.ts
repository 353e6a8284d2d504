import type { Random } from '../model/ports.ts';

const TWO_POW_32 = 0x1_0000_0000;

/** Draws from one seeded stream. Streams with other names are independent: a new draw in one moves no other. */
export class SeededRandom {
  readonly #seed: string;
  readonly next: Random;

  constructor(seed: string) {
    this.#seed = seed;
    this.next = sfc32(seed);
  }

  /** An independent stream, the same for the same seed and name. */
  fork(name: string): SeededRandom {
    return new SeededRandom(`${this.#seed}/${name}`);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  uniform(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** A whole number in [0, below). */
  integer(below: number): number {
    return Math.floor(this.next() * below);
  }

  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  /** Lognormal by median and standard deviation of the log. */
  lognormal(median: number, sigma: number): number {
    return median * Math.exp(sigma * this.normal());
  }

  /** Standard normal by Box and Muller. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** Trials up to and including the first success, with this mean (1 or more). */
  geometric(mean: number): number {
    if (mean <= 1) return 1;
    return 1 + Math.floor(Math.log(1 - this.next()) / Math.log(1 - 1 / mean));
  }

  /** How many of independent events happen when `mean` are expected; for means up to some thousands (Knuth). */
  poisson(mean: number): number {
    let count = 0;
    for (let sum = this.exponential(1); sum < mean; sum += this.exponential(1)) count++;
    return count;
  }

  /** One of `items`, which must not be empty. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(items.length)];
    if (item === undefined) throw new RangeError('pick from an empty list');
    return item;
  }

  /** An index drawn with these weights. */
  weighted(weights: readonly number[]): number {
    let rest = this.next() * weights.reduce((sum, weight) => sum + weight, 0);
    return Math.max(
      0,
      weights.findIndex((weight) => (rest -= weight) < 0),
    );
  }

  /** Hexadecimal digits. */
  hex(length: number): string {
    return Array.from({ length }, () => this.integer(16).toString(16)).join('');
  }
}

/** Chris Doty-Humphrey's sfc32, seeded by a hash of the text. */
function sfc32(seed: string): Random {
  let [a, b, c, counter] = [hash(`${seed}:a`), hash(`${seed}:b`), hash(`${seed}:c`), 1];
  function next(): number {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / TWO_POW_32;
  }
  for (let round = 0; round < 12; round++) next();
  return next;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value | 0;
}
