import { containsTime, type TimeInterval } from './time-interval.ts';

/** How far the next change is looked for: a week with its hours, and what comes of a change of clocks. */
const HORIZON_DAYS = 14;

/** Whether a time is within, and since and until when that is known to hold; ms. */
export interface IntervalState {
  readonly contains: boolean;
  readonly from: number;
  /** The first time at which it is otherwise; undefined where that is more than two weeks away. */
  readonly changesAt: number | undefined;
  readonly until: number;
}

/** The intervals of one name: a time is within when it is within one of them. */
export class NamedInterval {
  readonly name: string;
  readonly #intervals: readonly TimeInterval[];
  #state: IntervalState | undefined;

  constructor(name: string, intervals: readonly TimeInterval[]) {
    this.name = name;
    this.#intervals = intervals;
  }

  /** The zone in which people think of it. */
  get zone(): string {
    return this.#intervals[0]?.zone ?? 'UTC';
  }

  /** The state at `time`, ms; it is worked out once for as long as it holds. */
  at(time: number): IntervalState {
    const known = this.#state;
    if (known !== undefined && time >= known.from && time < known.until) return known;
    this.#state = this.#stateAt(time);
    return this.#state;
  }

  #stateAt(time: number): IntervalState {
    const contains = this.#contains(time);
    const changes = new Set(this.#intervals.flatMap((interval) => mayChangeAt(interval, time)));
    const changesAt = [...changes].toSorted((a, b) => a - b).find((at) => this.#contains(at) !== contains);
    // The last day is looked through in part where zones differ.
    const horizon = time + (HORIZON_DAYS - 2) * 86_400_000;
    return { contains, from: time, changesAt, until: changesAt ?? horizon };
  }

  #contains(time: number): boolean {
    return this.#intervals.some((interval) => containsTime(interval, localTime(interval, time)));
  }
}

/** Times after `time` at which an interval may begin or end: its minutes of each day, midnights, and changes of clocks. */
function mayChangeAt(interval: TimeInterval, time: number): number[] {
  const now = localTime(interval, time);
  const minutes = new Set([0, ...(interval.times ?? []).flatMap(({ begin, end }) => [begin, end % 1440])]);
  const found: number[] = [];
  for (let day = 0; day < HORIZON_DAYS; day++) {
    const midnight = now.toPlainDate().add({ days: day }).toPlainDateTime();
    for (const minute of minutes) {
      const local = midnight.add({ minutes: minute });
      for (const disambiguation of ['earlier', 'later'] as const)
        found.push(local.toZonedDateTime(interval.zone, { disambiguation }).epochMilliseconds);
    }
  }
  const clockChange = now.getTimeZoneTransition('next')?.epochMilliseconds;
  if (clockChange !== undefined) found.push(clockChange);
  const end = now.add({ days: HORIZON_DAYS }).epochMilliseconds;
  return found.filter((at) => at > time && at < end);
}

function localTime({ zone }: TimeInterval, time: number): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(zone);
}
