import { weekdayOf } from '../../model/weekdays.ts';
import { zoned } from './week.ts';

/** When people are at work anyway. */
export interface OfficeHours {
  /** In English, lower case. */
  readonly days: readonly string[];
  /** `HH:MM`; with an end before it, the hours go on past midnight and belong to the day on which they began. */
  readonly from: string;
  readonly to: string;
  readonly time_zone: string;
}

/** Whether a page at this moment (ms) reached somebody at work, by the clock on the wall there. */
export function isInOfficeHours(time: number, hours: OfficeHours): boolean {
  const local = zoned(time, hours.time_zone);
  const clock = local.toPlainTime().toString({ smallestUnit: 'minute' });
  const isDay = (offset: number): boolean =>
    hours.days.includes(weekdayOf(local.toPlainDate().add({ days: offset })));
  if (hours.from < hours.to) return isDay(0) && clock >= hours.from && clock < hours.to;
  return (isDay(0) && clock >= hours.from) || (isDay(-1) && clock < hours.to);
}
