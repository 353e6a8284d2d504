import { z } from 'zod';
import type { CollectContext } from '../../src/collect/contract.ts';
import type { JsonValue } from '../../src/model/json.ts';
import type { OctopusClient } from '../../src/octopus/client.ts';
import type { Space } from '../../src/octopus/spaces.ts';
import { isDue } from './ask-seldom.ts';

/** A turn must not eat the request budget of the other polls. */
const SPACES_A_POLL = 5;

/** What is known of one space. */
export interface SpaceKnowledge<T> {
  readonly name: string;
  readonly known: T;
}

/** Reads of some spaces, and gives what is known of all. */
export type ReadSpaces<T> = (
  client: OctopusClient,
  context: CollectContext,
  read: (space: Space) => Promise<T>,
) => Promise<readonly SpaceKnowledge<T>[]>;

/**
 * Reads what is due of the spaces, longest ago first and at most 5 spaces a poll, and gives all that is known: with more
 * spaces a round takes several polls. A space that was never read is left out, one that is gone is forgotten.
 * @param everyMs how old what is known of a space may become
 * @param known what is remembered of a space; of another shape, it is read anew
 */
export function readingSpaces<T extends JsonValue>(everyMs: number, known: z.ZodType<T>): ReadSpaces<T> {
  const memorySchema = z.record(z.string(), z.object({ at: z.number(), known }));

  return async function readSpaces(client, context, read) {
    const now = context.clock.now();
    const spaces = await client.spaces(context.signal);
    const memory = new Map(Object.entries(memorySchema.safeParse(context.state).data ?? {}));
    const readAt = ({ id }: Space): number => memory.get(id)?.at ?? 0;
    const due = spaces.filter((space) => isDue(readAt(space), everyMs, now));
    for (const space of due.toSorted((a, b) => readAt(a) - readAt(b)).slice(0, SPACES_A_POLL))
      memory.set(space.id, { at: now, known: await read(space) });
    const rows = spaces.flatMap(({ id, name }) => {
      const row = memory.get(id);
      return row === undefined ? [] : [{ id, name, row }];
    });
    context.state = Object.fromEntries(rows.map(({ id, row }) => [id, row]));
    return rows.map(({ name, row }) => ({ name, known: row.known }));
  };
}
