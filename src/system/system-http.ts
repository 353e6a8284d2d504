import { Failure, messageOf } from '../model/failure.ts';
import type { Http, HttpRequest, HttpResponse } from '../model/ports.ts';
import { createHttpConnections, type HttpConnections } from './http-connections.ts';

const MAX_BYTES = 16 * 1024 * 1024;
/** HTTP over pooled keep-alive connections. `close` ends them. */
export function createHttp(): { http: Http; close(): Promise<void> } {
  const connections = createHttpConnections();
  return { http: (request) => exchange(connections, request), close: () => connections.close() };
}

async function exchange(connections: HttpConnections, request: HttpRequest): Promise<HttpResponse> {
  const { url, method = 'GET', headers = {}, body, maxBytes = MAX_BYTES } = request;
  using wait = waitFor(request);
  try {
    const { origin, pathname, search } = new URL(url);
    using lane = connections.take(origin, request.tls);
    const path = pathname + search;
    const response = await lane.client.request({
      path,
      method,
      headers,
      body: body ?? null,
      signal: wait.signal,
    });
    const bytes = await readAll(response.body, maxBytes, url);
    return { status: response.statusCode, headers: flatten(response.headers), body: bytes };
  } catch (error) {
    throw describe(error, request, wait.isLate());
  }
}

interface Wait extends Disposable {
  readonly signal: AbortSignal;
  isLate(): boolean;
}

/** Ends the exchange at its deadline or with the caller's signal; cheaper than `AbortSignal.any`, thousands a second. */
function waitFor({ timeoutMs, signal: outer }: HttpRequest): Wait {
  const controller = new AbortController();
  let late = false;
  function stop(): void {
    controller.abort(STOPPED);
  }
  const timer = setTimeout(() => {
    late = true;
    stop();
  }, timeoutMs);
  if (outer?.aborted === true) stop();
  else outer?.addEventListener('abort', stop, { once: true });
  return {
    signal: controller.signal,
    isLate: () => late,
    [Symbol.dispose]() {
      clearTimeout(timer);
      outer?.removeEventListener('abort', stop);
    },
  };
}

const STOPPED = new Error('stopped waiting');

async function readAll(body: AsyncIterable<Buffer>, maxBytes: number, url: string): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > maxBytes) throw new Failure('too_large', `${hostOf(url)}: answer over ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

function describe(error: unknown, request: HttpRequest, isLate: boolean): Failure {
  if (error instanceof Failure) return error;
  const host = hostOf(request.url);
  if (request.signal?.aborted === true)
    return new Failure(reasonOfAbort(request.signal), `${host}: stopped waiting`, { cause: error });
  if (isLate)
    return new Failure('timeout', `${host}: no answer in ${request.timeoutMs} ms`, { cause: error });
  return new Failure('network', `${host}: ${messageOf(error)}`, { cause: error });
}

/** A caller's deadline is a deadline: what ran out of time may be tried again. */
function reasonOfAbort(signal: AbortSignal): 'timeout' | 'aborted' {
  return signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError'
    ? 'timeout'
    : 'aborted';
}

/** A URL's origin: paths and queries can hold secrets. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : 'invalid URL';
}

function flatten(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const flat: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return flat;
}
