/** The longest wait that is granted, ms. */
export const MAX_RETRY_AFTER_MS = 10 * 60_000;

/**
 * The wait a `Retry-After` header asks for, in ms and at most 10 minutes; undefined when there is none to read.
 * Source: RFC 9110 section 10.2.3 (seconds, or an HTTP date).
 */
export function parseRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined || header.trim() === '') return undefined;
  const seconds = Number(header);
  const ms = Number.isNaN(seconds) ? Date.parse(header) - now : seconds * 1000;
  if (Number.isNaN(ms)) return undefined;
  return Math.min(MAX_RETRY_AFTER_MS, Math.max(0, ms));
}
