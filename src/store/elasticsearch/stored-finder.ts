import { z } from 'zod';
import { Failure } from '../../model/failure.ts';
import { membersOf, type JsonValue } from '../../model/json.ts';
import type { Log } from '../../model/ports.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import type { Connection } from './connection.ts';
import { idsByStream, type Identified } from './rewrite-body.ts';
import type { WriteIndexes } from './write-indexes.ts';

const CHUNK = 10_000;
const FILTER = { filter_path: 'docs.found,docs.error.type' };

const found = z.object({
  docs: z.array(
    z.object({ found: z.boolean().optional(), error: z.object({ type: z.string() }).optional() }),
  ),
});

export interface StoredFinderOptions {
  readonly connection: Connection;
  readonly writeIndexes: WriteIndexes;
  readonly log: Log;
  readonly metrics: SelfMetrics;
}

/**
 * Finds documents of a body that an earlier attempt of unknown outcome may have stored in an index that is no longer
 * written to: there, their ids refuse nothing any more. What is in the write index is refused by the server itself.
 * Read by `_mget`, which sees what is stored at once; a search would see it after the next refresh only.
 */
export class StoredFinder {
  readonly #options: StoredFinderOptions;
  #hasToldForbidden = false;

  constructor(options: StoredFinderOptions) {
    this.#options = options;
  }

  /** Indexes of documents that are stored already. `since`: the mark of the earlier attempt. @throws Failure */
  async find(body: Uint8Array, since: JsonValue, signal: AbortSignal): Promise<ReadonlySet<number>> {
    const stored = new Set<number>();
    for (const [stream, documents] of idsByStream(body)) {
      const indexes = await this.#left(stream, since, signal);
      if (indexes === 'forbidden') {
        this.#tell(stream, documents.length);
        continue;
      }
      for (const index of indexes) {
        for (let at = 0; at < documents.length; at += CHUNK) {
          await this.#get(index, documents.slice(at, at + CHUNK), stored, signal);
        }
      }
    }
    return stored;
  }

  /** Indexes that were written to since then, and are no longer. */
  async #left(
    stream: string,
    since: JsonValue,
    signal: AbortSignal,
  ): Promise<readonly string[] | 'forbidden'> {
    const indexes = await this.#options.writeIndexes.of(stream, signal);
    if (indexes === 'forbidden') return indexes;
    const then = membersOf(since)[stream];
    const from = typeof then === 'string' ? Math.max(0, indexes.indexOf(then)) : 0;
    return indexes.slice(from, -1);
  }

  async #get(
    index: string,
    documents: readonly Identified[],
    stored: Set<number>,
    signal: AbortSignal,
  ): Promise<void> {
    const call = {
      method: 'POST',
      path: `/${index}/_mget`,
      query: { ...FILTER, _source: 'false' },
      signal,
    } as const;
    let docs: z.output<typeof found>['docs'];
    try {
      const answer = await this.#options.connection.request({
        ...call,
        json: { ids: documents.map(({ id }) => id) },
      });
      ({ docs } = found.parse(answer));
    } catch (error) {
      if (!(error instanceof Failure) || error.reason !== 'forbidden') throw error;
      return this.#tell(index, documents.length);
    }
    if (docs.length !== documents.length)
      throw unreadable(`${docs.length} answers for ${documents.length} ids`);
    // A missing privilege on one index is an error of its documents, not of the request.
    if (docs.some(({ error }) => error?.type === 'security_exception'))
      return this.#tell(index, documents.length);
    for (const [at, { found: isFound, error }] of docs.entries()) {
      if (error !== undefined && error.type !== 'index_not_found_exception') throw unreadable(error.type);
      const document = documents[at];
      if (isFound === true && document !== undefined) stored.add(document.index);
    }
  }

  #tell(index: string, documents: number): void {
    const { log, metrics } = this.#options;
    metrics.increment('octowatch_store_unknown_total', {}, documents);
    if (this.#hasToldForbidden) return;
    this.#hasToldForbidden = true;
    log.warn(
      { index },
      'the store key may not read: documents of unknown outcome are sent again without looking for them after a rollover',
    );
  }
}

function unreadable(what: string): Failure {
  return new Failure('malformed', `Elasticsearch: looking for stored documents: ${what}`, {
    retryable: true,
  });
}
