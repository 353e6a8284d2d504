import { Failure } from '../../model/failure.ts';
import { clientFailure } from './client-failure.ts';
import { createClient, type ConnectionOptions, type LoadedClient } from './create-client.ts';

const CONTENT = {
  json: 'application/vnd.elasticsearch+json; compatible-with=8',
  ndjson: 'application/vnd.elasticsearch+x-ndjson; compatible-with=8',
} as const;

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
  #loaded: Promise<LoadedClient> | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /**
   * The body of a 2xx answer, parsed; a bulk answer in which all went well as text.
   * @throws Failure for any other, and when there is none
   */
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
    const { client, avoidNodeOf } = await this.#connect();
    try {
      return await client.transport.request(
        { method, path, querystring: query, ...body },
        { headers, signal, maxRetries: 0, requestTimeout: this.#options.requestTimeoutMs },
      );
    } catch (error) {
      if (!isStopped(signal)) avoidNodeOf(error);
      if (!signal.aborted) throw clientFailure(error);
      throw new Failure('aborted', 'stopped waiting for the store', { cause: signal.reason });
    }
  }

  async close(): Promise<void> {
    const loaded = this.#loaded;
    this.#loaded = undefined;
    await (await loaded?.catch(() => undefined))?.client.close();
  }

  #connect(): Promise<LoadedClient> {
    this.#loaded ??= createClient(this.#options).catch((error: unknown) => {
      this.#loaded = undefined;
      throw error;
    });
    return this.#loaded;
  }
}

/** Whether it was our shutdown that ended the request, and not its deadline. */
function isStopped({ aborted, reason }: AbortSignal): boolean {
  return aborted && !(reason instanceof Failure && reason.reason === 'timeout');
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
