import { z } from 'zod';
import type { JsonValue } from '../model/json.ts';
import type { CollectContext } from './contract.ts';

/**
 * How often a slow poll says what it knows, ms: rules see a sample for 5 minutes, and one that is lost must not take the
 * series away.
 */
export const SAY_EVERY_MS = 150_000;

/** Gives what was asked for lately, or asks. */
export type AskSeldom<T> = (context: CollectContext, ask: () => Promise<T>) => Promise<T>;

/**
 * Asks at most every `everyMs`, and gives the last answer in between, over a restart too. A failure is the poll's, and
 * the next poll asks again. Made once: to make a schema takes longer than to use it.
 * @param answer what is remembered; of another shape, it is asked for anew
 */
export function askingSeldom<T extends JsonValue>(everyMs: number, answer: z.ZodType<T>): AskSeldom<T> {
  const memorySchema = z.object({ at: z.number(), answer });

  return async function askSeldom(context, ask) {
    const now = context.clock.now();
    const memory = memorySchema.safeParse(context.state).data;
    if (memory !== undefined && !isDue(memory.at, everyMs, now)) return memory.answer;
    const asked = await ask();
    context.state = { at: now, answer: asked };
    return asked;
  };
}

/** Half a turn early is in time, as turns are not exact; a clock that was set back asks again. */
export function isDue(at: number, everyMs: number, now: number): boolean {
  return now - at >= everyMs - SAY_EVERY_MS / 2 || at > now;
}
