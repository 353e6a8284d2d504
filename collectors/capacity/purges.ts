import { median, type DailySample } from './theil-sen.ts';

/** A clean-up that took many away at once: of trials, of what was left over. */
export interface Purge {
  /** The first day that has fewer. */
  readonly day: number;
  /** What was taken away, as a share of what there was. */
  readonly share: number;
}

/** Growth and clean-ups, told apart. */
export interface GrossGrowth {
  /** As if nothing had ever been taken away. */
  readonly samples: readonly DailySample[];
  readonly purges: readonly Purge[];
}

/** A purge takes at least this share, and this many times what a usual day brings. */
const LEAST_SHARE = 0.05;
const LEAST_STEPS = 4;
/** Purges that are to come again are as regular as this: the longest interval over the shortest. */
const REGULAR = 1.5;
/** One that is overdue by this share of its interval will not come. */
const OVERDUE = 1.2;
/** The next one is taken to be smaller than any before: too early is better than too late. */
const CAUTION = 0.8;

/**
 * Adds what purges took back to all later samples. A purge is a fall that was there on both sides: a single sample that is
 * too high or too low is none.
 */
export function grossGrowth(samples: readonly DailySample[]): GrossGrowth {
  const usual = usualStep(samples);
  const purges: Purge[] = [];
  let taken = 0;
  const gross = samples.map(({ day, value }, index) => {
    const share = purgedShare(samples, index, usual);
    if (share > 0) {
      taken += (samples[index - 1]?.value ?? value) - value;
      purges.push({ day, share });
    }
    return { day, value: value + taken };
  });
  return { samples: gross, purges };
}

/** The days on which a purge will come, and what it will take, as long as past ones came at regular intervals. */
export function* purgesToCome(purges: readonly Purge[], today: number): Iterable<Purge> {
  const intervals = purges.slice(1).map(({ day }, index) => day - (purges[index]?.day ?? day));
  const last = purges.at(-1);
  if (last === undefined || intervals.length === 0) return;
  if (Math.max(...intervals) > REGULAR * Math.min(...intervals)) return;
  const interval = Math.max(...intervals);
  if (today > last.day + OVERDUE * interval) return;
  const share = CAUTION * Math.min(...purges.map((purge) => purge.share));
  for (let day = last.day + interval; ; day += interval) yield { day: Math.max(day, today + 1), share };
}

function usualStep(samples: readonly DailySample[]): number {
  return median(samples.slice(1).map(({ value }, i) => Math.abs(value - (samples[i]?.value ?? value)))) ?? 0;
}

/** The share that a purge took between a sample and the one before; 0 where there was none. */
function purgedShare(samples: readonly DailySample[], index: number, usual: number): number {
  const [earlier, before, now, later] = [-2, -1, 0, 1].map((offset) => samples[index + offset]?.value);
  if (before === undefined || now === undefined || later === undefined) return 0;
  const fall = before - now;
  if (fall <= LEAST_SHARE * before || fall <= LEAST_STEPS * usual) return 0;
  const middle = (before + now) / 2;
  return later < middle && (earlier ?? before) > middle ? fall / before : 0;
}
