import { z } from 'zod';

/** No Octopus Server ran before it. */
const EARLIEST = Date.UTC(2000, 0, 1);

/** A text of at most `max` characters; null and absent become undefined. */
export function text(max: number) {
  return z
    .string()
    .nullish()
    .transform((value) =>
      value === null || value === undefined || value === '' ? undefined : value.slice(0, max),
    );
}

/**
 * An ISO 8601 stamp as ms since the epoch. Null, absent, unreadable and `DateTimeOffset.MinValue` (an unset date of
 * .NET) become undefined.
 */
export const stamp = z.unknown().transform((value) => {
  if (typeof value !== 'string') return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) || time < EARLIEST ? undefined : time;
});

/** A flag; null and absent are false. */
export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value === true);

/** A number that may be missing. */
export const optionalNumber = z
  .number()
  .nullish()
  .transform((value) => value ?? undefined);
