import { z } from 'zod';
import { parseDateTime } from './date-time.ts';

/** A time as clients post it; ms since the epoch. */
export const postedTime = z.string().transform((text, context) => {
  const ms = parseDateTime(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: 'not a date-time such as 2026-11-21T06:30:00Z' });
  return z.NEVER;
});

/** What a client may leave out, or give as null. */
export function optional<Schema extends z.ZodType>(
  schema: Schema,
): z.ZodType<z.output<Schema> | undefined, z.input<Schema> | null | undefined> {
  return schema.nullish().transform((value) => value ?? undefined);
}
