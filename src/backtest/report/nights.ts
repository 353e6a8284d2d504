import { zoned } from '../../alerts/report/week.ts';

/** From noon to noon, so that a night is in one piece. */
export interface Night {
  /** The day on whose evening it begins, `2026-11-07`. */
  readonly day: string;
  /** ms; `to` is no longer part of it. */
  readonly from: number;
  readonly to: number;
}

/** The nights that a span (ms) touches, by the clock on the wall of a time zone. */
export function nightsOf(start: number, end: number, timeZone: string): Night[] {
  const noon = (day: Temporal.PlainDate): number =>
    day.toZonedDateTime({ timeZone, plainTime: '12:00' }).epochMilliseconds;
  const nights: Night[] = [];
  let day = zoned(start, timeZone).toPlainDate();
  if (noon(day) > start) day = day.subtract({ days: 1 });
  for (; noon(day) <= end; day = day.add({ days: 1 }))
    nights.push({ day: day.toString(), from: noon(day), to: noon(day.add({ days: 1 })) });
  return nights;
}

/** How many of some moments (ms) fall into each night, a character each: `.` for none, 1 to 9, `+` for more. */
export function nightRow(nights: readonly Night[], times: readonly number[]): string {
  return nights
    .map(({ from, to }) => times.filter((time) => time >= from && time < to).length)
    .map((count) => (count === 0 ? '.' : count > 9 ? '+' : String(count)))
    .join('');
}

/** How many nights have at least one of the moments. */
export function countNights(nights: readonly Night[], times: readonly number[]): number {
  return nights.filter(({ from, to }) => times.some((time) => time >= from && time < to)).length;
}
