import { median } from '../theil-sen.ts';
import { daysLeft } from '../time-left.ts';
import { GROWTH_KINDS, randomGrowth, type Growth, type GrowthKind } from './growth.ts';

/** A forecast later than this many times the truth comes too late to act on. */
const TOO_LATE = 1.5;

/** How good forecasts of one kind of growth are. */
export interface Score {
  readonly kind: string;
  readonly headroom: number;
  readonly series: number;
  /** Share of forecasts that are too late, over 1.5 times the truth. */
  readonly tooLate: number;
  /** Median of |forecast - truth| / truth. */
  readonly medianError: number;
  /** Median of forecast / truth: below 1 is early. */
  readonly medianRatio: number;
}

/** The score of the product's own forecast for every kind of growth. */
export function scoreForecasts(series: number, headrooms: readonly number[], random: () => number): Score[] {
  return headrooms.flatMap((headroom) => GROWTH_KINDS.map((kind) => scoreOf(kind, headroom, series, random)));
}

/** The scores as a table for people. */
export function scoreTable(scores: readonly Score[]): string[] {
  const head = `${'growth'.padEnd(24)}${'headroom'.padStart(9)}${'too late'.padStart(10)}${'error'.padStart(8)}${'ratio'.padStart(8)}`;
  const rows = scores.map(({ kind, headroom, tooLate, medianError, medianRatio }) => {
    const figures = [
      `${headroom}`.padStart(9),
      percent(tooLate).padStart(10),
      percent(medianError).padStart(8),
    ];
    return `${kind.padEnd(24)}${figures.join('')}${medianRatio.toFixed(2).padStart(8)}`;
  });
  return [head, ...rows];
}

function scoreOf(kind: GrowthKind, headroom: number, series: number, random: () => number): Score {
  const ratios = Array.from({ length: series }, () => ratioOf(randomGrowth(kind, random, { headroom })));
  return {
    kind: kind.name,
    headroom,
    series,
    tooLate: ratios.filter((ratio) => ratio > TOO_LATE).length / series,
    medianError: median(ratios.map((ratio) => Math.abs(ratio - 1))) ?? Number.NaN,
    medianRatio: median(ratios) ?? Number.NaN,
  };
}

function ratioOf({ seen, level, limit, exhaustedAfter }: Growth): number {
  const left = daysLeft({ samples: seen, today: 0, used: level, limit });
  return Math.min(...left.values()) / exhaustedAfter;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
