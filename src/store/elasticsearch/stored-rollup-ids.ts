import { z } from 'zod';
import { Failure } from '../../model/failure.ts';
import { ROLLUP_ID } from '../../model/rollup.ts';
import type { Connection } from './connection.ts';
import type { Conflict } from './time-series-conflicts.ts';

const AT_ONCE = 1000;
const source = z.object({ [ROLLUP_ID]: z.string().optional() });
const found = z.object({
  docs: z.array(z.object({ _source: source.optional(), error: z.object({ type: z.string() }).optional() })),
});

/**
 * The `rollup_id` of each document that is in the way; undefined where it has none. Read by id, so that what was
 * written a moment ago is seen without a refresh. Source: Elasticsearch 8.19, "Multi get".
 * @throws Failure `forbidden` when the credential may not read, `malformed`, retryable, when it cannot be told
 */
export async function storedRollupIds(
  connection: Pick<Connection, 'request'>,
  conflicts: readonly Conflict[],
  signal: AbortSignal,
): Promise<readonly (string | undefined)[]> {
  const ids: (string | undefined)[] = [];
  for (let from = 0; from < conflicts.length; from += AT_ONCE) {
    const docs = conflicts
      .slice(from, from + AT_ONCE)
      .map(({ backingIndex, id }) => ({ _index: backingIndex, _id: id }));
    const query = { _source_includes: ROLLUP_ID, filter_path: 'docs._source,docs.found,docs.error.type' };
    const answer = await connection.request({
      method: 'POST',
      path: '/_mget',
      query,
      json: { docs },
      signal,
    });
    ids.push(...readIds(answer, docs.length));
  }
  return ids;
}

function readIds(answer: unknown, count: number): readonly (string | undefined)[] {
  const docs = found.safeParse(answer).data?.docs;
  if (docs?.length !== count) throw unreadable(`${docs?.length ?? 'no'} documents for ${count} asked for`);
  for (const { error } of docs) {
    // A missing privilege on one index is an error of its documents, not of the request.
    if (error?.type === 'security_exception')
      throw new Failure('forbidden', 'Elasticsearch: rollup documents cannot be read');
    if (error !== undefined && error.type !== 'index_not_found_exception') throw unreadable(error.type);
  }
  return docs.map((doc) => doc['_source']?.[ROLLUP_ID]);
}

function unreadable(what: string): Failure {
  return new Failure('malformed', `Elasticsearch: rollup documents: ${what}`, { retryable: true });
}
