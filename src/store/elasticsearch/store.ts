import type { Dataset } from '../../model/dataset.ts';
import { Failure, toFailure } from '../../model/failure.ts';
import type { HistoryReader } from '../../model/history.ts';
import type { JsonValue } from '../../model/json.ts';
import type { Clock, Delivery, DocumentStore, Log } from '../../model/ports.ts';
import { NO_METRICS, type SelfMetrics } from '../../model/self-metrics.ts';
import { atIndexes, readBulkAnswer, type BulkAnswer } from './bulk-answer.ts';
import { createConnection, type Connection } from './connection.ts';
import type { ConnectionOptions } from './create-client.ts';
import { createElasticsearchHistory } from './history/history.ts';
import { installTemplates } from './install-templates.ts';
import { addIds, pickDocuments, readdress } from './rewrite-body.ts';
import { RollupConflicts } from './rollup-conflicts.ts';
import { StoredFinder } from './stored-finder.ts';
import { lateStream, type TemplateOptions } from './template.ts';
import { WriteIndexes } from './write-indexes.ts';

const REQUEST_TIMEOUT_MS = 30_000;
const FILTER = { filter_path: 'errors,items.*.status,items.*.error' };

export interface ElasticsearchStoreOptions
  extends TemplateOptions, Omit<ConnectionOptions, 'requestTimeoutMs'> {
  readonly datasets: readonly Dataset[];
  readonly log: Log;
  readonly metrics?: SelfMetrics;
  /** ms a request may take. Default 30 s. */
  readonly requestTimeoutMs?: number;
}

/** Elasticsearch as a store of documents. */
export interface ElasticsearchStore extends DocumentStore {
  /** Makes the server's templates fit the datasets; to be done before the first delivery. @throws Failure */
  installTemplates(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

/** A store on an Elasticsearch cluster (8.11 or newer); connects at the first call. */
export function createElasticsearchStore(options: ElasticsearchStoreOptions): ElasticsearchStore {
  return storeOn(createConnection({ requestTimeoutMs: REQUEST_TIMEOUT_MS, ...options }), options);
}

/** The store, and over the same connection what can be read of it as series. */
export function createElasticsearch(options: ElasticsearchStoreOptions & { readonly clock: Clock }): {
  readonly store: ElasticsearchStore;
  readonly history: HistoryReader;
} {
  const connection = createConnection({ requestTimeoutMs: REQUEST_TIMEOUT_MS, ...options });
  return {
    store: storeOn(connection, options),
    history: createElasticsearchHistory({ ...options, connection }),
  };
}

/** A store over a connection that is there; closes it. */
export function storeOn(
  connection: Connection,
  options: Omit<ElasticsearchStoreOptions, keyof ConnectionOptions>,
): ElasticsearchStore {
  const { namespace, log, metrics = NO_METRICS } = options;
  const writeIndexes = new WriteIndexes(connection, namespace);
  const finder = new StoredFinder({ connection, writeIndexes, log, metrics });
  const conflicts = new RollupConflicts({ ...options, connection, metrics });
  // Gauges carry no ids, as time-series streams refuse them; elsewhere a repeated delivery would store them twice.
  let timeSeries = options.timeSeries !== false;
  return {
    mark: () => writeIndexes.mark,
    deliver: (body, count, signal, since) => {
      const send = (documents: Uint8Array, of: number): Promise<BulkAnswer> =>
        bulkOnce({ connection, finder, conflicts, signal, since }, documents, of);
      return deliver(send, timeSeries ? body : addIds(body), count, lateStream(namespace));
    },
    async installTemplates(signal) {
      ({ timeSeries } = await installTemplates(connection, options, signal));
      await writeIndexes.learn(signal);
    },
    close: () => connection.close(),
  };
}

/** Delivers a body, and what is too old for its stream to the one for late documents. */
async function deliver(
  send: (body: Uint8Array, count: number) => Promise<BulkAnswer>,
  body: Uint8Array,
  count: number,
  late: string,
): Promise<Delivery> {
  const { late: indexes, ...first } = await send(body, count);
  if (indexes.length === 0) return first;
  const addressed = readdress(body, indexes, late);
  const second = atIndexes(await afterAnswer(send(addressed, indexes.length)), indexes);
  return {
    delivered: first.delivered + second.delivered,
    rejected: [...first.rejected, ...second.rejected],
    retry: [...first.retry, ...second.retry].toSorted((a, b) => a - b),
  };
}

interface Attempt {
  readonly connection: Connection;
  readonly finder: StoredFinder;
  readonly conflicts: RollupConflicts;
  readonly signal: AbortSignal;
  readonly since: JsonValue | undefined;
}

/** One bulk request for what an earlier attempt did not store. */
async function bulkOnce(attempt: Attempt, body: Uint8Array, count: number): Promise<BulkAnswer> {
  const { finder, signal, since } = attempt;
  const stored = since === undefined ? new Set<number>() : await finder.find(body, since, signal);
  if (stored.size === 0) return bulk(attempt, body, count);
  const missing = Array.from({ length: count }, (_, index) => index).filter((index) => !stored.has(index));
  if (missing.length === 0) return { delivered: count, rejected: [], retry: [], late: [] };
  const answer = atIndexes(await bulk(attempt, pickDocuments(body, missing), missing.length), missing);
  return { ...answer, delivered: answer.delivered + stored.size };
}

async function bulk(
  { connection, conflicts, signal }: Attempt,
  body: Uint8Array,
  count: number,
): Promise<BulkAnswer> {
  const call = { method: 'POST', path: '/_bulk', query: FILTER, gzippedLines: body, signal } as const;
  const answer = await connection.request(call);
  return readBulkAnswer(await afterAnswer(conflicts.settle(answer, body, signal)), count);
}

/**
 * Some documents are stored by now: what fails from here on must not look like a request that took none, or they would
 * not be looked for before they are sent again.
 */
async function afterAnswer<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { reason, message, retryAfterMs } = toFailure(error);
    if (reason === 'aborted') throw error;
    throw new Failure('server_error', message, {
      cause: error,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
}
