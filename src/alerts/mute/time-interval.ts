import { EntryFailure } from './entry-failure.ts';
import { dayOfMonthRange, monthRange, weekdayRange, yearRange, type Range } from './time-ranges.ts';

/** An entry of a `time_intervals` list, in Alertmanager's words (docs/configuration.md `<time_interval_spec>`). */
export interface TimeIntervalOptions {
  readonly times?: readonly { readonly start_time: string; readonly end_time: string }[] | undefined;
  readonly weekdays?: readonly string[] | undefined;
  readonly days_of_month?: readonly (string | number)[] | undefined;
  readonly months?: readonly (string | number)[] | undefined;
  readonly years?: readonly (string | number)[] | undefined;
  /** IANA name; `Local` is the machine's. UTC when left out. */
  readonly location?: string | undefined;
}

/** Times that meet all that is given; what is not given is met by any. */
export interface TimeInterval {
  readonly zone: string;
  /** Minutes of the day, the end not included: up to 1440. */
  readonly times: readonly Range[] | undefined;
  /** Sunday is 0. */
  readonly weekdays: readonly Range[] | undefined;
  /** Counted from the end where negative. */
  readonly daysOfMonth: readonly Range[] | undefined;
  readonly months: readonly Range[] | undefined;
  readonly years: readonly Range[] | undefined;
}

/** @throws EntryFailure */
export function parseTimeInterval(options: TimeIntervalOptions): TimeInterval {
  return {
    zone: zoneOf(options.location),
    times: each(options.times, 'times', ({ start_time, end_time }, path) =>
      minuteRange(start_time, end_time, path),
    ),
    weekdays: each(options.weekdays, 'weekdays', weekdayRange),
    daysOfMonth: each(options.days_of_month, 'days_of_month', dayOfMonthRange),
    months: each(options.months, 'months', monthRange),
    years: each(options.years, 'years', yearRange),
  };
}

/** Whether a local time of the interval's zone is within it (alertmanager `timeinterval.go` ContainsTime). */
export function containsTime(interval: TimeInterval, local: Temporal.ZonedDateTime): boolean {
  const { times, weekdays, daysOfMonth, months, years } = interval;
  const minute = local.hour * 60 + local.minute;
  return (
    (times === undefined || times.some(({ begin, end }) => minute >= begin && minute < end)) &&
    (daysOfMonth === undefined || daysOfMonth.some((range) => isWithinDays(range, local))) &&
    isWithin(months, local.month) &&
    isWithin(weekdays, local.dayOfWeek % 7) &&
    isWithin(years, local.year)
  );
}

function isWithin(ranges: readonly Range[] | undefined, value: number): boolean {
  return ranges === undefined || ranges.some(({ begin, end }) => value >= begin && value <= end);
}

/** A range that begins behind the end of the month is not of it; one that leaves it ends with it. */
function isWithinDays({ begin, end }: Range, { day, daysInMonth }: Temporal.ZonedDateTime): boolean {
  const fromStart = (value: number): number => (value < 0 ? daysInMonth + value + 1 : value);
  return day >= fromStart(begin) && day <= fromStart(end);
}

type Path = readonly (string | number)[];

function each<T>(
  values: readonly T[] | undefined,
  key: string,
  parse: (value: T, path: Path) => Range,
): Range[] | undefined {
  if (values?.length === 0)
    throw new EntryFailure([key], 'an empty list holds for no time: leave it out, or name one');
  return values?.map((value, index) => parse(value, [key, index]));
}

function minuteRange(start: string, end: string, path: Path): Range {
  const begin = minuteOfDay(start, [...path, 'start_time']);
  const range = { begin, end: minuteOfDay(end, [...path, 'end_time']) };
  if (range.begin >= range.end)
    throw new EntryFailure(
      path,
      `${start} to ${end} ends before it begins: over midnight write two, up to 24:00 and from 00:00`,
    );
  return range;
}

function minuteOfDay(text: string, path: Path): number {
  const match = /^(?:([01]\d|2[0-3]):([0-5]\d)|24:00)$/.exec(text);
  if (match === null)
    throw new EntryFailure(path, `${JSON.stringify(text)} is no time of day: write 08:00, up to 24:00`);
  const [, hours = '24', minutes = '0'] = match;
  return Number(hours) * 60 + Number(minutes);
}

function zoneOf(location = 'UTC'): string {
  if (location === 'Local') return Temporal.Now.timeZoneId();
  try {
    if (/^[+-]/.test(location)) throw new RangeError('an offset');
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(location === '' ? 'UTC' : location)
      .timeZoneId;
  } catch {
    throw new EntryFailure(
      ['location'],
      `${JSON.stringify(location)} is no time zone: use a name like Europe/Berlin or UTC`,
    );
  }
}
