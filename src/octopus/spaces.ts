import { z } from 'zod';
import { Failure } from '../model/failure.ts';
import type { Clock } from '../model/ports.ts';
import { timeLeft } from '../model/time-left.ts';
import { readJson } from './answer.ts';
import type { Connection } from './connection.ts';
import { text } from './payload-fields.ts';

const PROBED = 5;
const MAX_SPACES = 50;
const ASK_AGAIN_MS = 3_600_000;
const FOR_GOOD = Number.POSITIVE_INFINITY;
const NO_SPACE: Space = { id: '', name: '' };

const spacesSchema = z.looseObject({
  Items: z.array(z.looseObject({ Id: z.string().regex(/^\w[\w-]{0,99}$/), Name: text(100) })),
});
const countSchema = z.looseObject({ TotalResults: z.number() });

/** How to list tasks of all spaces: in one request, or one space after the other. */
export type SpaceScope = 'all' | readonly string[];

/** A space; id and name are empty on a server older than spaces, or where we may not see them. */
export interface Space {
  readonly id: string;
  readonly name: string;
}

export interface Spaces {
  /** All spaces, 50 at most; listed once an hour. */
  all(signal: AbortSignal | undefined): Promise<readonly Space[]>;
  /** What works on this server; found out once, and again every hour where it cannot be known for good. */
  scope(signal: AbortSignal | undefined): Promise<SpaceScope>;
}

/**
 * Finds out whether `/api/tasks?spaces=all` lists the tasks of all spaces. It may be refused (400) or ignored, which
 * shows as fewer tasks than the spaces have by themselves.
 */
export function createSpaces(connection: Connection, clock: Clock): Spaces {
  let known: { scope: SpaceScope; until: number } | undefined;
  let listed: { spaces: readonly Space[]; until: number } | undefined;

  async function all(signal: AbortSignal | undefined): Promise<readonly Space[]> {
    if (listed === undefined || isOver(listed.until)) {
      const spaces = await list(signal);
      const until = clock.now() + ASK_AGAIN_MS;
      listed = { spaces: spaces.length === 0 ? [NO_SPACE] : spaces, until };
    }
    return listed.spaces;
  }

  async function scope(signal: AbortSignal | undefined): Promise<SpaceScope> {
    if (known === undefined || isOver(known.until)) known = await detect(signal);
    return known.scope;
  }

  function isOver(until: number): boolean {
    return until !== FOR_GOOD && timeLeft(until, ASK_AGAIN_MS, clock.now()) === 0;
  }

  async function detect(signal: AbortSignal | undefined): Promise<{ scope: SpaceScope; until: number }> {
    const ids = (await list(signal)).map(({ id }) => id);
    const recheck = clock.now() + ASK_AGAIN_MS;
    const verdict = ids.length === 0 ? 'unknown' : await probe(ids.slice(0, PROBED), signal);
    if (verdict === 'honoured') return { scope: 'all', until: FOR_GOOD };
    return { scope: verdict === 'unknown' ? 'all' : ids, until: recheck };
  }

  /** All spaces; none on a server older than spaces (2019.1), or where we may not see them. */
  async function list(signal: AbortSignal | undefined): Promise<Space[]> {
    const path = '/api/spaces';
    try {
      const response = await connection.send({
        path,
        query: { skip: '0', take: String(MAX_SPACES) },
        signal,
      });
      const { Items } = readJson(response, spacesSchema, connection.where(path));
      return Items.map(({ Id, Name }) => ({ id: Id, name: Name ?? Id }));
    } catch (error) {
      const reason = error instanceof Failure ? error.reason : undefined;
      if (reason === 'not_found' || reason === 'forbidden') return [];
      throw error;
    }
  }

  async function probe(
    ids: readonly string[],
    signal: AbortSignal | undefined,
  ): Promise<'honoured' | 'ignored' | 'refused' | 'unknown'> {
    const counts = [];
    if (ids.length > 1) for (const id of ids) counts.push(await count(`/api/${id}/tasks`, {}, signal));
    const total = await countAll(signal);
    if (total === undefined) return 'refused';
    if (total < counts.reduce((sum, tasks) => sum + tasks, 0)) return 'ignored';
    return counts.filter((tasks) => tasks > 0).length > 1 ? 'honoured' : 'unknown';
  }

  async function countAll(signal: AbortSignal | undefined): Promise<number | undefined> {
    try {
      return await count('/api/tasks', { spaces: 'all', includeSystem: 'false' }, signal);
    } catch (error) {
      if (error instanceof Failure && error.reason === 'rejected') return undefined;
      throw error;
    }
  }

  async function count(
    path: string,
    query: Record<string, string>,
    signal: AbortSignal | undefined,
  ): Promise<number> {
    const response = await connection.send({ path, query: { ...query, skip: '0', take: '1' }, signal });
    return readJson(response, countSchema, connection.where(path)).TotalResults;
  }

  return { all, scope };
}
