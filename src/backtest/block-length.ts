import { formatDuration } from '../model/duration.ts';
import { Failure } from '../model/failure.ts';
import type { RuleGroup } from '../ruler/rule.ts';
import { windowsOf } from '../ruler/windows.ts';
import type { HistorySurvey } from './survey-history.ts';

/** So many samples of a block are in memory at a time: with their times about 1 GB at the worst. */
export const BLOCK_SAMPLES = 60_000_000;
const LONGEST_MS = 86_400_000;
const SHORTEST_MS = 3_600_000;

/**
 * How long blocks may be, ms, that what a block reads fits into memory: its own samples, and as far back as rules look.
 * @throws Failure `budget` when even the shortest does not fit, naming the metric that takes most
 */
export function blockLength(
  groups: readonly RuleGroup[],
  survey: HistorySurvey,
  most = BLOCK_SAMPLES,
): number {
  const windows = windowsOf(groups);
  let perMs = 0;
  let before = 0;
  let largest = { name: '', samples: 0, reachMs: 0 };
  for (const [name, { samplesPerSecond }] of survey) {
    const reachMs = windows.byMetric.get(name) ?? windows.defaultMs;
    const samples = (samplesPerSecond / 1000) * reachMs;
    perMs += samplesPerSecond / 1000;
    before += samples;
    if (samples > largest.samples) largest = { name, samples, reachMs };
  }
  const length = Math.min(LONGEST_MS, (most - before) / Math.max(perMs, Number.MIN_VALUE));
  if (length >= SHORTEST_MS) return Math.floor(length / SHORTEST_MS) * SHORTEST_MS;
  const { name, samples, reachMs } = largest;
  throw new Failure(
    'budget',
    `the rules look back so far that their samples do not fit into memory: ${Math.round(samples / 1e6)} million of ` +
      `${name} over ${formatDuration(reachMs)} (--rule NAME takes one rule at a time)`,
  );
}
