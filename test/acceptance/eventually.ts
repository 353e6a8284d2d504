import { setTimeout } from 'node:timers/promises';

const PAUSE_MS = 50;

/**
 * The first value of `look` that is neither undefined nor false, looking again and again; a throw counts as not yet.
 * @param deadlineMs fails after this long, default 20 s: generous, because waiting ends as soon as it may
 * @throws Error that names `what` and, when `look` threw, why
 */
export async function eventually<Value>(
  what: string,
  look: () => Value | undefined | false | Promise<Value | undefined | false>,
  deadlineMs = 20_000,
): Promise<Value> {
  const end = performance.now() + deadlineMs;
  let cause: unknown;
  do {
    try {
      const value = await look();
      if (value !== undefined && value !== false) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await setTimeout(PAUSE_MS);
  } while (performance.now() < end);
  const why = cause instanceof Error ? `: ${cause.message}` : '';
  throw new Error(`waited ${deadlineMs / 1000} s in vain: ${what}${why}`, { cause });
}
