import { shortWeekday } from '../../model/weekdays.ts';

/**
 * A time that is to come, as a person says it at `now` (both ms): `05:00 UTC` today, `Mon 08:00 Europe/Berlin` within six
 * days, else with its date.
 */
export function sayTime(time: number, now: number, zone = 'UTC'): string {
  const [then, today] = [time, now].map((ms) =>
    Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone),
  );
  if (then === undefined || today === undefined) return '';
  const { days } = today.toPlainDate().until(then.toPlainDate(), { largestUnit: 'days' });
  const clock = then.toPlainTime().toString({ smallestUnit: 'minute' });
  return `${dayOf(then, days)}${clock} ${zone}`;
}

function dayOf(then: Temporal.ZonedDateTime, days: number): string {
  if (days === 0) return '';
  if (days > 0 && days < 7) return `${shortWeekday(then)} `;
  return `${then.toPlainDate().toString()} `;
}
