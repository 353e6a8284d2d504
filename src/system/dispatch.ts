import type { Client, Dispatcher } from 'undici';
import { Failure } from '../model/failure.ts';
import type { HttpRequest, HttpResponse } from '../model/ports.ts';

const MAX_BYTES = 16 * 1024 * 1024;
const NOT_ENOUGH = 200;
const STOPPED = new Error('stopped waiting');

/** An exchange under way. */
export interface Exchange {
  readonly response: Promise<HttpResponse>;
  /** Ends it, also one that waits for its connection. */
  stop(): void;
}

/**
 * One exchange over a connection of undici, its body in memory. `client.request` would make a stream, an iterator and an
 * AbortController for each: half of what a small answer costs.
 */
export function dispatch(client: Client, path: string, request: HttpRequest): Exchange {
  const { method = 'GET', headers = {}, body = null, maxBytes = MAX_BYTES } = request;
  const { promise, resolve, reject } = Promise.withResolvers<HttpResponse>();
  const chunks: Buffer[] = [];
  let length = 0;
  let answer: Omit<HttpResponse, 'body'> = { status: 0, headers: {} };
  let controller: Dispatcher.DispatchController | undefined;
  let isStopped = false;

  client.dispatch(
    { path, method, headers, body },
    {
      onRequestStart(started) {
        controller = started;
        if (isStopped) started.abort(STOPPED);
      },
      onResponseStart(_controller, status, fields) {
        if (status >= NOT_ENOUGH) answer = { status, headers: flatten(fields) };
      },
      onResponseData(started, chunk) {
        length += chunk.length;
        if (length > maxBytes) started.abort(new Failure('too_large', `answer over ${maxBytes} bytes`));
        else chunks.push(chunk);
      },
      onResponseEnd() {
        const [only] = chunks;
        const whole = chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, length);
        resolve({ ...answer, body: whole });
      },
      onResponseError: (_controller, error) => reject(error),
    },
  );

  function stop(): void {
    isStopped = true;
    controller?.abort(STOPPED);
    reject(STOPPED);
  }

  return { response: promise, stop };
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
