import { membersOf, type JsonValue } from '../../src/model/json.ts';
import type { DailySample } from './theil-sen.ts';

export const DAY_MS = 86_400_000;

/** One value a day, from a first day on; null for days without one. */
interface DailySeries {
  readonly first: number;
  readonly values: readonly (number | null)[];
}

/** Daily values of many series, kept small: a restart goes on from them. */
export interface DailyMemory {
  /** Notes the value of a day; the last one of a day stays. */
  record(key: string, day: number, value: number): void;
  samples(key: string): readonly DailySample[];
  /** Drops days before `oldest`, and series that have none later. */
  forgetBefore(oldest: number): void;
  toState(): JsonValue;
}

/** At most `mostSeries` series; a further one is not taken before another is forgotten. */
export function createDailyMemory(state: JsonValue, mostSeries: number): DailyMemory {
  const known = new Map<string, DailySeries>(entriesOf(state));

  function record(key: string, day: number, value: number): void {
    const { first, values } = known.get(key) ?? { first: day, values: [] };
    if (day < first || (!known.has(key) && known.size >= mostSeries)) return;
    const index = day - first;
    const gap = Array.from({ length: Math.max(0, index - values.length) }, () => null);
    const later = values.slice(index + 1);
    known.set(key, { first, values: [...values.slice(0, index), ...gap, short(value), ...later] });
  }

  function samples(key: string): readonly DailySample[] {
    const { first, values } = known.get(key) ?? { first: 0, values: [] };
    return values.flatMap((value, index) => (value === null ? [] : [{ day: first + index, value }]));
  }

  function forgetBefore(oldest: number): void {
    for (const [key, { first, values }] of known) {
      const kept = values.slice(Math.max(0, oldest - first));
      if (kept.length === 0) known.delete(key);
      else known.set(key, { first: Math.max(first, oldest), values: kept });
    }
  }

  function toState(): JsonValue {
    return Object.fromEntries([...known].map(([key, { first, values }]) => [key, [first, ...values]]));
  }

  return { record, samples, forgetBefore, toState };
}

/** Six digits are more than an estimate needs. */
function short(value: number): number {
  return Number(value.toPrecision(6));
}

function* entriesOf(state: JsonValue): Iterable<[string, DailySeries]> {
  for (const [key, entry] of Object.entries(membersOf(state))) {
    const [first, ...values]: readonly JsonValue[] = Array.isArray(entry) ? entry : [];
    if (typeof first !== 'number' || !Number.isSafeInteger(first)) continue;
    yield [key, { first, values: values.map((value) => (typeof value === 'number' ? value : null)) }];
  }
}
