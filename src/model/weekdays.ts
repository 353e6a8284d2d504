/** The days of the week as ISO 8601 counts them: the first is Monday, day 1. */
export const WEEKDAYS = [
  'monday',
  'tuesday',
  'wednesday',
  'thursday',
  'friday',
  'saturday',
  'sunday',
] as const;

export type Weekday = (typeof WEEKDAYS)[number];

/** The day of the week of a date. */
export function weekdayOf({ dayOfWeek }: { readonly dayOfWeek: number }): Weekday {
  const day = WEEKDAYS[dayOfWeek - 1];
  if (day === undefined) throw new RangeError(`no day ${dayOfWeek} of the week`);
  return day;
}

/** `Mon` */
export function shortWeekday(date: { readonly dayOfWeek: number }): string {
  const day = weekdayOf(date);
  return day.charAt(0).toUpperCase() + day.slice(1, 3);
}
