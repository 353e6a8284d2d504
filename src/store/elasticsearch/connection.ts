import { readFile } from 'node:fs/promises';
import type { Client, ClientOptions } from '@elastic/elasticsearch';
import { z } from 'zod';
import { Failure, messageOf, reasonOfStatus } from '../../model/failure.ts';

const CONTENT = {
  json: 'application/vnd.elasticsearch+json; compatible-with=8',
  ndjson: 'application/vnd.elasticsearch+x-ndjson; compatible-with=8',
} as const;

/** What the client's errors tell of an answer. */
const answered = z.object({
  meta: z.object({
    statusCode: z
      .number()
      .nullish()
      .transform((status) => status ?? undefined),
    headers: z.record(z.string(), z.unknown()).nullish(),
  }),
});

export interface ConnectionOptions {
  /** Base URLs, at least one. */
  readonly nodes: readonly string[];
  readonly auth?: { readonly apiKey: string } | { readonly username: string; readonly password: string };
  /** PEM file of the authority that signed the servers' certificates. */
  readonly caFile?: string;
  /** ms a request may take. */
  readonly requestTimeoutMs: number;
}

/** One request; a body is an object (sent as JSON) or a gzipped NDJSON body. */
export interface Call {
  readonly method: 'GET' | 'PUT' | 'POST' | 'HEAD';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: object;
  readonly gzippedLines?: Uint8Array;
  readonly signal: AbortSignal;
}

/** Requests to one cluster, over its client library, which is loaded at the first one. */
export class Connection {
  readonly #options: ConnectionOptions;
  #client: Promise<Client> | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** The body of a 2xx answer. @throws Failure for any other, and when there is none */
  async request(call: Call): Promise<unknown> {
    const { method, path, query = {}, json, gzippedLines, signal } = call;
    const body =
      gzippedLines === undefined
        ? json === undefined
          ? {}
          : { body: json }
        : { bulkBody: asBuffer(gzippedLines) };
    const headers = {
      accept: CONTENT.json,
      ...(json === undefined ? {} : { 'content-type': CONTENT.json }),
      ...(gzippedLines === undefined ? {} : { 'content-type': CONTENT.ndjson, 'content-encoding': 'gzip' }),
    };
    try {
      const client = await this.#connect();
      return await client.transport.request(
        { method, path, querystring: query, ...body },
        { headers, signal, maxRetries: 0, requestTimeout: this.#options.requestTimeoutMs },
      );
    } catch (error) {
      throw signal.aborted
        ? new Failure('aborted', 'stopped waiting for the store', { cause: error })
        : failureOf(error);
    }
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await (await client?.catch(() => undefined))?.close();
  }

  #connect(): Promise<Client> {
    this.#client ??= createClient(this.#options).catch((error: unknown) => {
      this.#client = undefined;
      throw error;
    });
    return this.#client;
  }
}

async function createClient({ nodes, auth, caFile, requestTimeoutMs }: ConnectionOptions): Promise<Client> {
  const { Client: ElasticClient } = await import('@elastic/elasticsearch');
  const options: ClientOptions = {
    nodes: [...nodes],
    maxRetries: 0,
    requestTimeout: requestTimeoutMs,
    compression: false,
    ...(auth === undefined ? {} : { auth }),
    ...(caFile === undefined ? {} : { tls: { ca: await readCertificate(caFile) } }),
  };
  return new ElasticClient(options);
}

async function readCertificate(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new Failure('invalid', `store.elasticsearch.ca_file: ${messageOf(error)}`, { cause: error });
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** What the client threw as a Failure. The message names the server's reason and never a header. */
function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  const name = error instanceof Error ? error.name : '';
  const message = `Elasticsearch: ${oneLine(messageOf(error))}`;
  const { status, retryAfterMs } = answerOf(error);
  const reason = status === undefined ? undefined : reasonOfStatus(status);
  if (reason !== undefined) {
    return new Failure(reason, message, retryAfterMs === undefined ? {} : { retryAfterMs });
  }
  if (name === 'TimeoutError') return new Failure('timeout', message);
  if (name === 'DeserializationError') return new Failure('malformed', message, { retryable: true });
  if (name === 'ProductNotSupportedError') return new Failure('malformed', message);
  return new Failure('network', message);
}

function answerOf(error: unknown): { status?: number; retryAfterMs?: number } {
  const { meta } = answered.safeParse(error).data ?? {};
  const seconds = Number(meta?.headers?.['retry-after']);
  return {
    ...(meta?.statusCode === undefined ? {} : { status: meta.statusCode }),
    ...(seconds > 0 ? { retryAfterMs: seconds * 1000 } : {}),
  };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, 500);
}
