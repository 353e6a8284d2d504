import { BINS, MINUTE_MS, type Bins } from './bins.ts';
import { correlation } from './correlation.ts';

/** Fewer minutes tell nothing. */
export const LEAST_BINS = 30;
/** A minute of which less was seen is none, s. */
const LEAST_SEEN = 30;
/** From here on a tenant that has so many victims is a noisy neighbour. */
const NOISY = { score: 0.2, victims: 2 };
/** On a dense node no share is that large: a tenant that takes a multiple of its share from many is noisy as well. */
const NOISY_AMONG_MANY = { times: 3, excess: 0.05, rho: 0.5, victims: 5 };
/** A victim waits for so large a share of its time, and more so when the other takes more. */
const HARMED = 0.05;
const FOLLOWS = 0.3;

/** A tenant on a node; '' is nobody: pods of the system. */
export interface Occupant {
  readonly tenant: string;
  readonly bins: Bins;
  /** Cores that the scheduler keeps for it. */
  readonly requested: number;
}

/** How one tenant does to the others, and how they do to it. */
export interface Verdict {
  readonly tenant: string;
  /** Of the CPU that all on the node use; and what it would be by their requests. */
  readonly share: number;
  readonly fairShare: number;
  /** 0 to 1; undefined where too little is known. */
  readonly noise: number | undefined;
  /** How many wait when it takes much. */
  readonly victims: number;
  readonly isNoisy: boolean;
  /** Share of its time that it waits while another is noisy; undefined where it is not known whether it waits. */
  readonly harmed: number | undefined;
}

/** The hour of one tenant, by minute; NaN where nothing is known. */
interface Hour extends Occupant {
  /** Cores. */
  readonly cpu: Float64Array;
  /** Share of the minute that it waited for CPU. */
  readonly harm: Float64Array;
  readonly meanCpu: number;
  readonly meanHarm: number;
}

/**
 * noise = max(0, u/Σu − r/Σr) · max(0, ρ(u, harm of the others)), over the minutes of an hour: who takes more than its
 * share, at the times at which the others wait. A tenant that nobody else shares the node with is not judged.
 * @param until the minute after the last one that is complete
 */
export function judge(occupants: readonly Occupant[], until: number): Verdict[] {
  const hours = occupants
    .map((occupant) => hourOf(occupant, until))
    .filter(({ cpu }) => known(cpu) >= LEAST_BINS);
  if (hours.length < 2) return [];
  const shares = sharesOf(hours);
  const rest = harmOfAll(hours);
  const verdicts = hours.map((hour, index): Omit<Verdict, 'harmed'> => {
    const { share = 0, fairShare = 0 } = shares[index] ?? {};
    const excess = Math.max(0, share - fairShare);
    const rho = correlation(hour.cpu, rest.without(hour), LEAST_BINS);
    const noise = rho === undefined ? undefined : excess * Math.max(0, rho);
    const victims = noise === undefined || noise === 0 ? 0 : victimsOf(hour, hours);
    const verdict = { tenant: hour.tenant, share, fairShare, noise, victims };
    return { ...verdict, isNoisy: isNoisy(verdict) };
  });
  const noisy = hours.filter((_, index) => verdicts[index]?.isNoisy);
  return verdicts.map((verdict, index) => {
    const hour = hours[index];
    return { ...verdict, harmed: hour === undefined ? undefined : harmedBy(hour, noisy, hours, shares) };
  });
}

function isNoisy({
  share,
  fairShare,
  noise = 0,
  victims,
}: Pick<Verdict, 'share' | 'fairShare' | 'noise' | 'victims'>): boolean {
  if (victims >= NOISY.victims && noise > NOISY.score) return true;
  const excess = share - fairShare;
  const many = NOISY_AMONG_MANY;
  if (victims < many.victims || excess < many.excess) return false;
  return share >= many.times * fairShare && noise >= many.rho * excess;
}

/** The share of its minutes that a tenant waits while somebody who is noisy takes more than its share. */
function harmedBy(
  hour: Hour,
  noisy: readonly Hour[],
  hours: readonly Hour[],
  shares: readonly { readonly fairShare: number }[],
): number | undefined {
  const minutes = known(hour.harm);
  if (minutes < LEAST_BINS) return undefined;
  let waited = 0;
  for (let i = 0; i < BINS; i++) {
    const harm = hour.harm[i] ?? Number.NaN;
    if (Number.isNaN(harm) || harm === 0 || noisy.length === 0) continue;
    const all = hours.reduce((sum, { cpu }) => sum + orZero(cpu[i]), 0);
    const isTaken = noisy.some(
      (one) => one !== hour && orZero(one.cpu[i]) > (shares[hours.indexOf(one)]?.fairShare ?? 1) * all,
    );
    if (isTaken) waited += harm;
  }
  return waited / minutes;
}

function victimsOf(culprit: Hour, hours: readonly Hour[]): number {
  const victims = hours.filter(
    (hour) =>
      hour !== culprit &&
      hour.tenant !== '' &&
      hour.meanHarm >= HARMED &&
      (correlation(culprit.cpu, hour.harm, LEAST_BINS) ?? 0) >= FOLLOWS,
  );
  return victims.length;
}

/** Without requests, all have the same right. */
function sharesOf(hours: readonly Hour[]): { share: number; fairShare: number }[] {
  const used = hours.reduce((sum, { meanCpu }) => sum + meanCpu, 0);
  const requested = hours.reduce((sum, hour) => sum + hour.requested, 0);
  return hours.map((hour) => ({
    share: used > 0 ? hour.meanCpu / used : 0,
    fairShare: requested > 0 ? hour.requested / requested : 1 / hours.length,
  }));
}

/** The mean harm of everybody but one, by minute; summed up once for all of them. */
function harmOfAll(hours: readonly Hour[]): { without(hour: Hour): Float64Array } {
  const sums = new Float64Array(BINS);
  const counts = new Float64Array(BINS);
  for (const { harm } of hours)
    for (let i = 0; i < BINS; i++) {
      const value = harm[i] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      sums[i] = (sums[i] ?? 0) + value;
      counts[i] = (counts[i] ?? 0) + 1;
    }
  const others = new Float64Array(BINS);
  return {
    without({ harm }) {
      for (let i = 0; i < BINS; i++) {
        const own = harm[i] ?? Number.NaN;
        const isOwn = !Number.isNaN(own);
        const count = (counts[i] ?? 0) - (isOwn ? 1 : 0);
        others[i] = count > 0 ? ((sums[i] ?? 0) - (isOwn ? own : 0)) / count : Number.NaN;
      }
      return others;
    },
  };
}

function hourOf(occupant: Occupant, until: number): Hour {
  const { bins } = occupant;
  const cpu = new Float64Array(BINS).fill(Number.NaN);
  const harm = new Float64Array(BINS).fill(Number.NaN);
  for (let i = 0; i < BINS; i++) {
    const minute = until - BINS + i;
    if (bins.get('seen', minute) < LEAST_SEEN) continue;
    cpu[i] = bins.get('cpu', minute) / (MINUTE_MS / 1000);
    harm[i] = harmOf(bins, minute);
  }
  return { ...occupant, cpu, harm, meanCpu: mean(cpu), meanHarm: mean(harm) };
}

/** Pressure says when there was too little CPU; throttling, where that is not known, also when its own limit is too low. */
function harmOf(bins: Bins, minute: number): number {
  if (bins.get('watched', minute) > 0) return Math.min(1, bins.get('waiting', minute) / (MINUTE_MS / 1000));
  const periods = bins.get('periods', minute);
  return periods > 0 ? Math.min(1, bins.get('throttled', minute) / periods) : Number.NaN;
}

function orZero(value = Number.NaN): number {
  return Number.isNaN(value) ? 0 : value;
}

function known(values: Float64Array): number {
  let count = 0;
  for (const value of values) if (!Number.isNaN(value)) count++;
  return count;
}

function mean(values: Float64Array): number {
  let sum = 0;
  for (const value of values) if (!Number.isNaN(value)) sum += value;
  return sum / Math.max(1, known(values));
}
