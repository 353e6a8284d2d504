import { membersOf, type JsonValue } from '../../src/model/json.ts';
import { labelValue, METRIC_NAME, type Labels } from '../../src/model/labels.ts';
import { createMatcher } from '../../src/model/matcher.ts';
import { isStale, type SeriesReader } from '../../src/model/series.ts';
import type { QuotaReading } from './quota-reading.ts';

const LIMIT = 'cloud_quota_limit';
const USED = 'cloud_quota_used';
/** Every sample that the head still has; what it has no more is remembered here. */
const LOOKBACK_MS = 600_000;
const MOST_QUOTAS = 5000;
/** Quotas of a tenant are what that tenant may have, not what is left for another. */
const OF_NOBODY = createMatcher('tenant', '=', '');

/** What is remembered of a quota: the newest limit and use, each with its time in ms. */
interface Remembered {
  limit?: readonly [value: number, at: number];
  used?: readonly [value: number, at: number];
}

/** What is to be known. */
export interface Interest {
  readonly now: number;
  /** What has not been read for so long is gone. */
  readonly forgetAfterMs: number;
  /** Names of quotas; all when left out. */
  readonly quotas?: ReadonlySet<string>;
  /** Names of quotas for which there is room when the others fill the book. */
  readonly needed?: ReadonlySet<string>;
}

/** The newest of every quota. Polls of quotas may be slower than the head is long, so it remembers what it saw. */
export interface QuotaBook {
  /** Takes up what the head has now, and drops what ended, is old or is of no interest any more. */
  refresh(series: SeriesReader, interest: Interest): void;
  /** Stale is what is older than `maxAgeMs`. */
  readings(now: number, maxAgeMs: number): QuotaReading[];
  /** What a restart must not forget. */
  toState(): JsonValue;
}

/** A book that goes on from the state of an earlier one. */
export function createQuotaBook(state: JsonValue): QuotaBook {
  const known = new Map<string, Remembered>(entriesOf(state));

  function refresh(series: SeriesReader, interest: Interest): void {
    take(series, interest, LIMIT, 'limit');
    take(series, interest, USED, 'used');
    const oldest = interest.now - interest.forgetAfterMs;
    for (const [key, { limit, used }] of known)
      if (Math.max(limit?.[1] ?? 0, used?.[1] ?? 0) < oldest || !isWanted(interest, key.split('\n')[3] ?? ''))
        known.delete(key);
  }

  function take(series: SeriesReader, interest: Interest, metric: string, part: 'limit' | 'used'): void {
    const { now } = interest;
    const matchers = [createMatcher(METRIC_NAME, '=', metric), OF_NOBODY];
    for (const { labels, timestamps, values } of series.select(matchers, {
      start: now - LOOKBACK_MS,
      end: now,
    })) {
      const last = values.length - 1;
      const at = timestamps[last];
      if (at === undefined || !isWanted(interest, labelValue(labels, 'quota'))) continue;
      if (isStale(values, last)) forget(keyOf(labels), part, at);
      else if (known.has(keyOf(labels)) || hasRoom(interest, labelValue(labels, 'quota')))
        remember(keyOf(labels), part, [values[last] ?? Number.NaN, at]);
    }
  }

  function hasRoom({ needed }: Interest, quota: string): boolean {
    return known.size < (needed?.has(quota) === true ? 2 * MOST_QUOTAS : MOST_QUOTAS);
  }

  function remember(key: string, part: 'limit' | 'used', sample: readonly [number, number]): void {
    if (!Number.isFinite(sample[0])) return;
    const entry = known.get(key) ?? {};
    known.set(key, entry);
    if (sample[1] >= (entry[part]?.[1] ?? 0)) entry[part] = sample;
  }

  /** A good poll that no longer has a series says that there is no such quota, or no such limit, any more. */
  function forget(key: string, part: 'limit' | 'used', at: number): void {
    const entry = known.get(key);
    if (entry === undefined || (entry[part]?.[1] ?? 0) > at) return;
    delete entry[part];
    if (entry.limit === undefined && entry.used === undefined) known.delete(key);
  }

  function readings(now: number, maxAgeMs: number): QuotaReading[] {
    return [...known].map(([key, { limit, used }]) => {
      const [provider = '', account = '', region = '', quota = '', resource = ''] = key.split('\n');
      const at = Math.min(limit?.[1] ?? now, used?.[1] ?? now);
      const values = { limit: limit?.[0], used: used?.[0], at, isStale: at < now - maxAgeMs };
      return { provider, account, region, quota, resource, ...values };
    });
  }

  function toState(): JsonValue {
    return Object.fromEntries(
      [...known].map(([key, { limit, used }]) => [key, [limit ?? null, used ?? null]] as const),
    );
  }

  return { refresh, readings, toState };
}

function isWanted({ quotas }: Interest, quota: string): boolean {
  return quotas === undefined || quotas.has(quota);
}

function keyOf(labels: Labels): string {
  return ['provider', 'account', 'region', 'quota', 'resource']
    .map((name) => labelValue(labels, name).replaceAll('\n', ' '))
    .join('\n');
}

function* entriesOf(state: JsonValue): Iterable<[string, Remembered]> {
  for (const [key, entry] of Object.entries(membersOf(state))) {
    if (!Array.isArray(entry)) continue;
    const [limit, used] = entry.map(sampleOf);
    if (limit === undefined && used === undefined) continue;
    yield [key, { ...(limit && { limit }), ...(used && { used }) }];
  }
}

function sampleOf(value: JsonValue): readonly [number, number] | undefined {
  const [amount, at]: readonly (JsonValue | undefined)[] = Array.isArray(value) ? value : [];
  return typeof amount === 'number' && typeof at === 'number' ? [amount, at] : undefined;
}
