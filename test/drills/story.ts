import type { Random } from '../../src/model/ports.ts';

export const TENANTS = ['acme', 'bolt', 'crux', 'dorn'] as const;
export type Tenant = (typeof TENANTS)[number];

/** What a poll of a tenant yields; undefined: it fails. */
export interface Poll {
  readonly value: number;
  readonly errors: number;
  readonly version: string;
}

/** One interval of the rules. */
export interface Round {
  readonly polls: Readonly<Record<Tenant, Poll | undefined>>;
  /** The effect of the agent in this round that it does not survive; 0: none. */
  readonly killAt: number;
  /** The same of its successor, while it starts. */
  readonly killAgainAt: number;
  /** Intervals that pass before the next round. */
  readonly downFor: number;
  /** The rules at work are all, or some were taken out of the file. */
  readonly rules: 'all' | 'some';
}

const LENGTHS = [2, 5, 9, 14, 30];

/** A fleet whose tenants fall ill, recover, do not answer and are upgraded; `kills` of its rounds end the agent, and some of these are long: at least `shortest` intervals. */
export function tellStory(random: Random, rounds: number, kills: number, shortest = 1): readonly Round[] {
  const lives = TENANTS.map((tenant) => [tenant, liveOf(random, rounds)] as const);
  const fatal = new Set<number>();
  while (fatal.size < kills) fatal.add(Math.floor(random() * rounds));
  let rules: Round['rules'] = 'all';
  return Array.from({ length: rounds }, (_, index) => ({
    polls: Object.fromEntries(lives.map(([tenant, life]) => [tenant, life[index]])) as Round['polls'],
    killAt: fatal.has(index) ? 1 + Math.floor(random() * 80) : 0,
    killAgainAt: fatal.has(index) && random() < 0.2 ? 1 + Math.floor(random() * 20) : 0,
    rules: (rules = random() < 0.9 ? rules : random() < 0.5 ? 'some' : 'all'),
    downFor: fatal.has(index) && random() < 0.3 ? shortest + Math.floor(random() * 4) : 0,
  }));
}

function liveOf(random: Random, rounds: number): (Poll | undefined)[] {
  const life: (Poll | undefined)[] = [];
  let errors = 0;
  let version = 1;
  while (life.length < rounds) {
    const kind = random();
    const value = Math.floor(random() * 3);
    if (random() < 0.3) version++;
    const length = LENGTHS[Math.floor(random() * LENGTHS.length)] ?? 1;
    for (let i = 0; i < length; i++) {
      errors += value * 4;
      life.push(kind < 0.2 ? undefined : { value, errors, version: `2026.${version}` });
    }
  }
  return life;
}
