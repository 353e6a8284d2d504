import { grossGrowth, purgesToCome, type Purge } from './purges.ts';
import { theilSenSlope, type DailySample } from './theil-sen.ts';

/** Nothing further away than this is told apart, days. */
export const CAP_DAYS = 365;
/** How many days of samples a forecast looks at. */
export const HISTORY_DAYS = 70;
const LEAST_SAMPLES = 7;
const HALF_DAYS = HISTORY_DAYS / 2;
/** A growth that speeds up by more than this a day is a step, not a trend. */
const FASTEST = 1.03;
/** Speeding up is taken for a little more than was measured: too early is better than too late. */
const CAUTION = 1.25;

/** How a forecast was made; the least of all is the one to act on. */
export type Method = 'theil_sen_14d' | 'theil_sen_28d' | 'accelerating_70d';

/** What is known of one quota. */
export interface QuotaPast {
  /** In rising days, today's among them; gaps are allowed. */
  readonly samples: readonly DailySample[];
  readonly today: number;
  readonly used: number;
  readonly limit: number;
}

/** Units a day, and by what factor they grow with each day. */
interface Trend {
  readonly rate: number;
  readonly growth: number;
}

/**
 * Days until the limit is reached, by method: Theil–Sen over 14 and 28 days, and, where there are samples enough, a growth
 * that speeds up, from Theil–Sen over each half of 70 days. Purges are taken out of the growth, and put back in where they
 * come at regular intervals. At most 365, which also stands for a use that does not grow. Empty for fewer than 7 samples,
 * and for what is full and has stopped to grow: it is meant to be full, or nobody can fill it further.
 */
export function daysLeft({ samples, today, used, limit }: QuotaPast): ReadonlyMap<Method, number> {
  const recent = samples.filter(({ day }) => day > today - HISTORY_DAYS && day <= today);
  const gross = grossGrowth(recent);
  const found = new Map<Method, number>();
  const trends = [...trendsOf(gross.samples, today)];
  if (used >= limit && trends.every(([, { rate }]) => rate <= 0)) return found;
  for (const [method, trend] of trends)
    found.set(method, project(trend, limit - used, used, purgesToCome(gross.purges, today), today));
  return found;
}

function* trendsOf(samples: readonly DailySample[], today: number): Iterable<[Method, Trend]> {
  for (const [method, days] of [
    ['theil_sen_14d', 14],
    ['theil_sen_28d', 28],
  ] as const) {
    const rate = rateIn(samples, today - days, today);
    if (rate !== undefined) yield [method, { rate, growth: 1 }];
  }
  const early = rateIn(samples, today - 2 * HALF_DAYS, today - HALF_DAYS, HALF_DAYS / 2);
  const late = rateIn(samples, today - HALF_DAYS, today, HALF_DAYS / 2);
  if (early === undefined || late === undefined || early <= 0 || late <= early) return;
  const growth = Math.min(FASTEST, (late / early) ** (CAUTION / HALF_DAYS));
  yield ['accelerating_70d', { rate: late * growth ** (HALF_DAYS / 2), growth }];
}

/** Units a day in `(from, to]`; undefined for too few samples. */
function rateIn(
  samples: readonly DailySample[],
  from: number,
  to: number,
  least = LEAST_SAMPLES,
): number | undefined {
  const inside = samples.filter(({ day }) => day > from && day <= to);
  return inside.length < least ? undefined : theilSenSlope(inside);
}

/** Days until `room` is used up. */
function project(trend: Trend, room: number, used: number, purges: Iterable<Purge>, today: number): number {
  if (room <= 0) return 0;
  const coming = purges[Symbol.iterator]();
  let next = coming.next();
  let { rate } = trend;
  let left = room;
  if (rate <= 0) return CAP_DAYS;
  for (let day = 1; day <= CAP_DAYS; day++) {
    if (rate >= left) return day - 1 + left / rate;
    left -= rate;
    rate *= trend.growth;
    if (next.done === true || next.value.day !== today + day) continue;
    left += next.value.share * (used + room - left);
    next = coming.next();
  }
  return CAP_DAYS;
}
