import { weekdayOf, type Weekday } from '../model/weekdays.ts';

/** When work is announced, again every week. */
export interface MaintenanceWindow {
  /** The days it begins on, local. */
  readonly days: readonly Weekday[];
  /** Local time of its begin: `02:00`. */
  readonly start: string;
  /** How long it lasts, ms. */
  readonly duration: number;
  /** IANA zone of days and start. */
  readonly time_zone: string;
}

/**
 * Whether `now` (ms) is within a window. It lasts its duration as time passes, whatever clocks are set to meanwhile. A
 * begin that a change to summer time skips is as much later as the clock jumps; one that a change back repeats is the
 * first of the two.
 */
export function isWithinWindow(
  { days, start, duration, time_zone: zone }: MaintenanceWindow,
  now: number,
): boolean {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate();
  const plainTime = Temporal.PlainTime.from(start);
  for (let back = 0; back <= Math.ceil(duration / 86_400_000) + 1; back++) {
    const date = today.subtract({ days: back });
    if (!days.includes(weekdayOf(date))) continue;
    const begin = date.toZonedDateTime({ timeZone: zone, plainTime }).epochMilliseconds;
    if (now >= begin && now < begin + duration) return true;
  }
  return false;
}
