const RFC3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:[Zz]|[+-]\d{2}:\d{2})$/;
/** Go's zero time, which clients write for what they do not say. */
const ZERO_TIME = Date.parse('0001-01-01T00:00:00Z');

/** A time as the API has it (RFC 3339) in ms since the epoch; undefined for what is none. */
export function parseDateTime(text: string): number | undefined {
  if (!RFC3339.test(text)) return undefined;
  const ms = Date.parse(text.toUpperCase().replace(' ', 'T'));
  return Number.isNaN(ms) ? undefined : ms;
}

/** Whether a time is Go's zero: nobody has said one. */
export function isZeroTime(ms: number): boolean {
  return ms <= ZERO_TIME;
}

/** A time as the API writes it, with ms. */
export function dateTime(ms: number): string {
  return new Date(ms).toISOString();
}
