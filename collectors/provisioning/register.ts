import { membersOf, type JsonObject, type JsonValue } from '../../src/model/json.ts';

/** What is remembered of tenants and of how they began. Times in ms. */
export interface Register {
  /** The very first poll. */
  readonly since: number;
  readonly lastPoll: number;
  /** Every tenant that is not new any more, or is being watched. */
  readonly known: Set<string>;
  /** Of these, the ones that are not in the fleet, by when they went. */
  readonly gone: Map<string, number>;
  /** New ones that have not answered, by when they were first seen. */
  readonly waiting: Map<string, number>;
  /** The ones of them that took too long. */
  readonly failed: Map<string, number>;
  /** Attempts and failures by day since the epoch. */
  readonly days: Map<number, readonly [attempts: number, failures: number]>;
}

/** The register that was remembered; a new one where there was none. */
export function registerOf(state: JsonValue, now: number): Register {
  const { since, lastPoll, known, gone, waiting, failed, days } = membersOf(state);
  return {
    since: typeof since === 'number' ? since : now,
    lastPoll: typeof lastPoll === 'number' ? lastPoll : now,
    known: new Set(Array.isArray(known) ? known.filter((tenant) => typeof tenant === 'string') : []),
    gone: timesOf(gone),
    waiting: timesOf(waiting),
    failed: timesOf(failed),
    days: new Map(daysOf(days)),
  };
}

/** What a restart must not forget. */
export function toState({ since, known, gone, waiting, failed, days }: Register, now: number): JsonObject {
  return {
    since,
    lastPoll: now,
    known: [...known],
    gone: Object.fromEntries(gone),
    waiting: Object.fromEntries(waiting),
    failed: Object.fromEntries(failed),
    days: [...days].map(([day, counts]) => [day, ...counts]),
  };
}

function timesOf(state: JsonValue | undefined): Map<string, number> {
  const entries = Object.entries(membersOf(state));
  return new Map(entries.flatMap(([tenant, at]) => (typeof at === 'number' ? [[tenant, at] as const] : [])));
}

function* daysOf(state: JsonValue | undefined): Iterable<[number, readonly [number, number]]> {
  for (const entry of Array.isArray(state) ? state : []) {
    const [day, attempts, failures]: readonly JsonValue[] = Array.isArray(entry) ? entry : [];
    if (typeof day === 'number' && typeof attempts === 'number' && typeof failures === 'number')
      yield [day, [attempts, failures]];
  }
}
