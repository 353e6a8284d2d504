import { z } from 'zod';
import { isDue } from '../../src/collect/ask-seldom.ts';
import type { CollectContext } from '../../src/collect/contract.ts';
import { Failure, type FailureReason } from '../../src/model/failure.ts';
import type { JsonValue } from '../../src/model/json.ts';
import type { OctopusClient } from '../../src/octopus/client.ts';
import type { Space } from '../../src/octopus/spaces.ts';

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

/** What keeps one space from being read and says nothing of the others: no permission in it, too many machines … */
const OF_ONE_SPACE: ReadonlySet<FailureReason> = new Set([
  'forbidden',
  'not_found',
  'rejected',
  'malformed',
  'too_large',
]);

/** What is remembered of a space: null where it could not be read. */
interface Row<T> {
  readonly at: number;
  readonly known: T | null;
}

/**
 * Reads what is due of the spaces, longest ago first and at most 5 spaces a poll, and gives all that is known: with more
 * spaces a round takes several polls. A space that was never read is left out, as is one that could not be read when it was
 * its turn, until it can be; one that is gone is forgotten. A poll fails when no space can be read.
 * @param everyMs how old what is known of a space may become
 * @param known what is remembered of a space; of another shape, it is read anew
 */
export function readingSpaces<T extends JsonValue>(everyMs: number, known: z.ZodType<T>): ReadSpaces<T> {
  const memorySchema = z.record(z.string(), z.object({ at: z.number(), known: known.nullable() }));

  return async function readSpaces(client, context, read) {
    const now = context.clock.now();
    const spaces = await client.spaces(context.signal);
    const before = memorySchema.safeParse(context.state).data ?? {};
    const rows = new Map<string, Row<T>>(
      spaces.flatMap(({ id }) => (before[id] === undefined ? [] : [[id, before[id]] as const])),
    );
    let failure: Failure | undefined;
    for (const space of longestAgo(spaces, rows, everyMs, now)) {
      const answer = await orFailure(() => read(space));
      if (answer instanceof Failure) failure = answer;
      if (answer instanceof Failure && rows.get(space.id)?.known !== null) warn(space, answer, context);
      rows.set(space.id, { at: now, known: answer instanceof Failure ? null : answer });
    }
    if (failure !== undefined && spaces.every(({ id }) => rows.get(id)?.known === null)) throw failure;
    context.state = Object.fromEntries(Array.from(rows, ([id, row]) => [id, { ...row }]));
    return spaces.flatMap(({ id, name }) => {
      const row = rows.get(id)?.known ?? null;
      return row === null ? [] : [{ name, known: row }];
    });
  };
}

function longestAgo<T>(
  spaces: readonly Space[],
  rows: ReadonlyMap<string, Row<T>>,
  everyMs: number,
  now: number,
): readonly Space[] {
  const readAt = ({ id }: Space): number => rows.get(id)?.at ?? 0;
  const due = spaces.filter((space) => isDue(readAt(space), everyMs, now));
  return due.toSorted((a, b) => readAt(a) - readAt(b)).slice(0, SPACES_A_POLL);
}

function warn({ name }: Space, { reason, message }: Failure, { log }: CollectContext): void {
  log.warn({ space: name, reason, error: message }, 'a space cannot be read, the others are');
}

async function orFailure<T>(read: () => Promise<T>): Promise<T | Failure> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Failure && OF_ONE_SPACE.has(error.reason)) return error;
    throw error;
  }
}
