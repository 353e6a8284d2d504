import { z } from 'zod';
import type { CollectContext } from '../../src/collect/contract.ts';
import type { JsonValue } from '../../src/model/json.ts';
import type { OctopusClient } from '../../src/octopus/client.ts';
import type { Space } from '../../src/octopus/spaces.ts';
import { isDue } from './ask-seldom.ts';

/** A turn must not eat the request budget of the other polls. */
const SPACES_A_POLL = 5;

export interface SpaceRound<T extends JsonValue> {
  /** How old what is known of a space may become, ms. */
  readonly everyMs: number;
  /** What is remembered of a space; of another shape, it is read anew. */
  readonly known: z.ZodType<T>;
  readonly read: (space: Space) => Promise<T>;
}

/** What is known of one space. */
export interface SpaceKnowledge<T> {
  readonly name: string;
  readonly known: T;
}

/**
 * Reads what is due of the spaces, longest ago first and at most 5 spaces a poll, and gives all that is known: with more
 * spaces a round takes several polls. A space that was never read is left out, one that is gone is forgotten.
 */
export async function readSpaces<T extends JsonValue>(
  client: OctopusClient,
  context: CollectContext,
  { everyMs, known, read }: SpaceRound<T>,
): Promise<readonly SpaceKnowledge<T>[]> {
  const now = context.clock.now();
  const spaces = await client.spaces(context.signal);
  const memory = z.record(z.string(), z.object({ at: z.number(), known }));
  const before = new Map(Object.entries(memory.safeParse(context.state).data ?? {}));
  const readAt = ({ id }: Space): number => before.get(id)?.at ?? 0;
  const due = spaces.filter((space) => isDue(readAt(space), everyMs, now));
  const after = new Map(before);
  for (const space of due.toSorted((a, b) => readAt(a) - readAt(b)).slice(0, SPACES_A_POLL))
    after.set(space.id, { at: now, known: await read(space) });
  const rows = spaces.flatMap(({ id, name }) => {
    const row = after.get(id);
    return row === undefined ? [] : [{ id, name, row }];
  });
  context.state = Object.fromEntries(rows.map(({ id, row }) => [id, row]));
  return rows.map(({ name, row }) => ({ name, known: row.known }));
}
