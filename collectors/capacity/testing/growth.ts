import type { DailySample } from '../theil-sen.ts';

type Random = () => number;

/** How the use of a quota grows, and what its collector saw of it. */
export interface GrowthKind {
  readonly name: string;
  /** Units a day on `day`; today is day 0. */
  readonly rate: (day: number, base: number) => number;
  /** What is taken away at the end of a day, as a share of all. */
  readonly purge?: (day: number, phase: number) => number;
  /** One day's sample is this many times the truth. */
  readonly badSample?: readonly number[];
}

/** The kinds that forecasts are scored on. */
export const GROWTH_KINDS: readonly GrowthKind[] = [
  { name: 'Poisson', rate: (_, base) => base },
  { name: 'weekly pattern', rate: (day, base) => (mod(day, 7) < 5 ? 1.3 * base : 0.25 * base) },
  { name: 'launch (3x, 14 days)', rate: (day, base) => (day > -14 ? 3 * base : base) },
  { name: 'accelerating', rate: (day, base) => base * 1.02 ** Math.min(day, 120) },
  { name: 'one bad sample', rate: (_, base) => base, badSample: [0, 0.5, 2, 10] },
  {
    name: 'monthly purge (-25 %)',
    rate: (_, base) => base,
    purge: (day, phase) => (mod(day + phase, 30) === 0 ? 0.25 : 0),
  },
];

/** A fleet's past, and when it really runs out. */
export interface Growth {
  /** From `1 - pastDays` to today, day 0. */
  readonly seen: readonly DailySample[];
  readonly level: number;
  readonly limit: number;
  /** Days from now until the limit is reached; the cap when it is not reached before. */
  readonly exhaustedAfter: number;
}

/** One random life of a quota: `headroom` units are left today. */
export function randomGrowth(
  kind: GrowthKind,
  random: Random,
  { pastDays = 120, headroom = 60, capDays = 365 } = {},
): Growth {
  const base = 1 + 3 * random();
  const phase = Math.floor(random() * 30);
  const weekday = Math.floor(random() * 7);
  const step = (level: number, day: number): number => {
    const grown =
      level + poisson(kind.rate(kind.name.startsWith('weekly') ? day + weekday : day, base), random);
    return Math.round(grown * (1 - (kind.purge?.(day, phase) ?? 0)));
  };
  let level = 100 + Math.floor(random() * 100);
  const seen: DailySample[] = [];
  for (let day = 1 - pastDays; day <= 0; day++) seen.push({ day, value: (level = step(level, day)) });
  const now = level;
  let exhaustedAfter = 0;
  while (level < now + headroom && exhaustedAfter < capDays) level = step(level, ++exhaustedAfter);
  return { seen: spoilt(seen, kind, random), level: now, limit: now + headroom, exhaustedAfter };
}

function spoilt(
  seen: readonly DailySample[],
  { badSample }: GrowthKind,
  random: Random,
): readonly DailySample[] {
  if (badSample === undefined) return seen;
  const factor = badSample[Math.floor(random() * badSample.length)] ?? 1;
  const day = -Math.floor(random() * 28);
  return seen.map((sample) => (sample.day === day ? { day, value: sample.value * factor } : sample));
}

/** Knuth's method: for the small rates here. */
function poisson(rate: number, random: Random): number {
  const limit = Math.exp(-rate);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}

function mod(day: number, by: number): number {
  return ((day % by) + by) % by;
}
