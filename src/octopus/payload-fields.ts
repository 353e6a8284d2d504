import { z } from 'zod';
import { cutText } from '../model/cut-text.ts';

/** No Octopus Server ran before it. */
const EARLIEST = Date.UTC(2000, 0, 1);

/** A text of at most `max` characters, cut behind a word; null, absent and other types become undefined. */
export function text(max: number) {
  return z
    .string()
    .nullish()
    .catch(undefined)
    .transform((value) =>
      value === null || value === undefined || value === '' ? undefined : cutText(value, max),
    );
}

/**
 * An ISO 8601 stamp as ms since the epoch. Null, absent, unreadable and `DateTimeOffset.MinValue` (an unset date of
 * .NET) become undefined.
 */
export const stamp = z
  .unknown()
  .optional()
  .transform((value) => {
    if (typeof value !== 'string') return undefined;
    const time = Date.parse(value);
    return Number.isNaN(time) || time < EARLIEST ? undefined : time;
  });

/** A flag; null and absent are false. */
export const flag = z
  .boolean()
  .nullish()
  .transform((value) => value === true);

/** A number; null, absent and other types are not known. */
export const optionalNumber = z
  .number()
  .nullish()
  .catch(undefined)
  .transform((value) => value ?? undefined);
