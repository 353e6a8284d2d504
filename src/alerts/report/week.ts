import { Failure } from '../../model/failure.ts';

/** An ISO 8601 week of a time zone: from Monday's midnight to the next, be they 167, 168 or 169 hours. */
export interface Week {
  /** `2026-W46` */
  readonly id: string;
  readonly number: number;
  /** ms since the epoch. */
  readonly from: number;
  /** ms; no longer part of it. */
  readonly to: number;
}

/** The week that a moment (ms) is in. */
export function weekOf(time: number, timeZone: string): Week {
  const day = zoned(time, timeZone).toPlainDate();
  return weekFrom(day.subtract({ days: day.dayOfWeek - 1 }), timeZone);
}

/** The week before the one given. */
export function weekBefore(week: Week, timeZone: string): Week {
  return weekOf(week.from - 1, timeZone);
}

/** The week that a person names. @throws Failure `invalid` */
export function parseWeek(text: string, timeZone: string): Week {
  const [, year = '', number = ''] = /^(\d{4})-W(\d{2})$/.exec(text) ?? [];
  // The 4th of January is in the first week of its year.
  const first = Temporal.PlainDate.from({ year: Number(year), month: 1, day: 4 });
  const monday = first.subtract({ days: first.dayOfWeek - 1 }).add({ weeks: Number(number) - 1 });
  const week = weekFrom(monday, timeZone);
  if (week.id !== text)
    throw new Failure('invalid', `not a week: ${JSON.stringify(text)} (write 2026-W46, an ISO 8601 week)`);
  return week;
}

/** A moment (ms) as a calendar and a clock of the zone show it. */
export function zoned(time: number, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone);
}

function weekFrom(monday: Temporal.PlainDate, timeZone: string): Week {
  const midnight = (day: Temporal.PlainDate): number => day.toZonedDateTime(timeZone).epochMilliseconds;
  const { weekOfYear = 0, yearOfWeek = 0 } = monday;
  return {
    id: `${String(yearOfWeek).padStart(4, '0')}-W${String(weekOfYear).padStart(2, '0')}`,
    number: weekOfYear,
    from: midnight(monday),
    to: midnight(monday.add({ weeks: 1 })),
  };
}
