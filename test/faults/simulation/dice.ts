import type { Random } from '../../../src/model/ports.ts';

/** Randomness that is a function of its seed. */
export interface Dice {
  /** A number in [0, 1). */
  readonly next: Random;
  chance(probability: number): boolean;
  /** A whole number from `from` to `to`, both included. */
  integer(from: number, to: number): number;
  pick<T>(choices: readonly [T, ...T[]]): T;
  /** A seed for dice of their own. */
  seed(): number;
}

/** Source: Mulberry32 by Tommy Ettinger, public domain. */
export function createDice(seed: number): Dice {
  let state = Math.imul(seed ^ (seed >>> 16), 0x45d9f3b);
  function next(): number {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return {
    next,
    chance: (probability) => next() < probability,
    integer: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick: (choices) => choices[Math.floor(next() * choices.length)] ?? choices[0],
    seed: () => Math.floor(next() * 2 ** 32),
  };
}
