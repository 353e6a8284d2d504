import { Failure } from '../../model/failure.ts';
import { clientFailure } from './client-failure.ts';
import { createClient, type ConnectionOptions, type LoadedClient } from './create-client.ts';

const CONTENT = {
  json: 'application/vnd.elasticsearch+json; compatible-with=8',
  ndjson: 'application/vnd.elasticsearch+x-ndjson; compatible-with=8',
} as const;

/** One request; a body is an object (sent as JSON) or a gzipped NDJSON body. */
export interface Call {
  readonly method: 'GET' | 'PUT' | 'POST' | 'HEAD' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly json?: object;
  readonly gzippedLines?: Uint8Array;
  readonly signal: AbortSignal;
}

/** Requests to one cluster. */
export interface Connection {
  /**
   * The body of a 2xx answer, parsed; a bulk answer in which all went well as text.
   * @throws Failure for any other, and when there is none
   */
  request(call: Call): Promise<unknown>;
  close(): Promise<void>;
}

/** A connection over the client library, which is loaded at the first request. */
export function createConnection(options: ConnectionOptions): Connection {
  let loaded: Promise<LoadedClient> | undefined;

  function connect(): Promise<LoadedClient> {
    loaded ??= createClient(options).catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  }

  return {
    async request({ method, path, query = {}, signal, ...content }) {
      const { client, avoidNodeOf } = await connect();
      const { body, headers } = contentOf(content);
      try {
        return await client.transport.request(
          { method, path, querystring: query, ...body },
          { headers, signal, maxRetries: 0, requestTimeout: options.requestTimeoutMs },
        );
      } catch (error) {
        if (!isStopped(signal)) avoidNodeOf(error);
        if (!signal.aborted) throw clientFailure(error);
        throw new Failure('aborted', 'stopped waiting for the store', { cause: signal.reason });
      }
    },
    async close() {
      const client = loaded;
      loaded = undefined;
      await (await client?.catch(() => undefined))?.client.close();
    },
  };
}

function contentOf({ json, gzippedLines }: Pick<Call, 'json' | 'gzippedLines'>): {
  body: { body?: object; bulkBody?: Buffer };
  headers: Record<string, string>;
} {
  const accept = CONTENT.json;
  if (gzippedLines !== undefined) {
    const headers = { accept, 'content-type': CONTENT.ndjson, 'content-encoding': 'gzip' };
    return { body: { bulkBody: asBuffer(gzippedLines) }, headers };
  }
  if (json === undefined) return { body: {}, headers: { accept } };
  return { body: { body: json }, headers: { accept, 'content-type': CONTENT.json } };
}

/** Whether it was our shutdown that ended the request, and not its deadline. */
function isStopped({ aborted, reason }: AbortSignal): boolean {
  return aborted && !(reason instanceof Failure && reason.reason === 'timeout');
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
