import { z } from 'zod';

const MAX_SEEN = 5000;

/** What is remembered of a source that is read in windows that overlap. */
export const windowMemorySchema = z.object({
  /** Windows up to here are read; ms by the server's clock. */
  until: z.number(),
  /** Ids of what was handed over, by when it was. */
  seen: z.record(z.string(), z.number()),
});
export type WindowMemory = z.output<typeof windowMemorySchema>;

/** Keeps what the next window may show again: the newest 5000 of two overlaps. */
export function remember(
  { seen }: WindowMemory,
  found: readonly (readonly [id: string, time: number])[],
  until: number,
  overlapMs: number,
): WindowMemory {
  const all = [...Object.entries(seen), ...found];
  const recent = new Map(all.filter(([, time]) => time >= until - 2 * overlapMs));
  return {
    until,
    seen: Object.fromEntries([...recent].toSorted(([, a], [, b]) => b - a).slice(0, MAX_SEEN)),
  };
}
