import type { Dataset } from '../../model/dataset.ts';
import type { Delivery, DocumentStore, Log } from '../../model/ports.ts';
import { readBulkAnswer, type BulkAnswer } from './bulk-answer.ts';
import { Connection, type ConnectionOptions } from './connection.ts';
import { installTemplates } from './install-templates.ts';
import { addIds, readdress } from './rewrite-body.ts';
import { lateStream, type TemplateOptions } from './template.ts';

const REQUEST_TIMEOUT_MS = 30_000;
const FILTER = { filter_path: 'errors,items.*.status,items.*.error' };

export interface ElasticsearchStoreOptions
  extends TemplateOptions, Omit<ConnectionOptions, 'requestTimeoutMs'> {
  readonly datasets: readonly Dataset[];
  readonly log: Log;
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
  const connection = new Connection({ requestTimeoutMs: REQUEST_TIMEOUT_MS, ...options });
  // Gauges carry no ids, as time-series streams refuse them; elsewhere a repeated delivery would store them twice.
  let timeSeries = options.timeSeries !== false;
  return {
    deliver: (body, count, signal) =>
      deliver(connection, options.namespace, timeSeries ? body : addIds(body), count, signal),
    async installTemplates(signal) {
      ({ timeSeries } = await installTemplates(connection, options, signal));
    },
    close: () => connection.close(),
  };
}

async function deliver(
  connection: Connection,
  namespace: string,
  body: Uint8Array,
  count: number,
  signal: AbortSignal,
): Promise<Delivery> {
  const { late, delivered, rejected, retry } = await bulk(connection, body, count, signal);
  if (late.length === 0) return { delivered, rejected, retry };
  const second = await bulk(connection, readdress(body, late, lateStream(namespace)), late.length, signal);
  const original = (index: number): number => late[index] ?? 0;
  return {
    delivered: delivered + second.delivered,
    rejected: [
      ...rejected,
      ...second.rejected.map(({ index, reason }) => ({ index: original(index), reason })),
    ],
    retry: [...retry, ...second.retry.map(original)].toSorted((a, b) => a - b),
  };
}

async function bulk(
  connection: Connection,
  body: Uint8Array,
  count: number,
  signal: AbortSignal,
): Promise<BulkAnswer> {
  const call = { method: 'POST', path: '/_bulk', query: FILTER, gzippedLines: body, signal } as const;
  return readBulkAnswer(await connection.request(call), count);
}
