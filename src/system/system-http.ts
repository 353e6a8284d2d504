import { Failure, messageOf } from '../model/failure.ts';
import type { Http, HttpRequest, HttpResponse } from '../model/ports.ts';
import { dispatch } from './dispatch.ts';
import { createHttpConnections, type HttpConnections } from './http-connections.ts';

/** HTTP over pooled keep-alive connections. `close` ends them. */
export function createHttp(): { http: Http; close(): Promise<void> } {
  const connections = createHttpConnections();
  return { http: (request) => exchange(connections, request), close: () => connections.close() };
}

async function exchange(connections: HttpConnections, request: HttpRequest): Promise<HttpResponse> {
  const { url, timeoutMs, signal } = request;
  let isLate = false;
  let timer: NodeJS.Timeout | undefined;
  let stop: (() => void) | undefined;
  try {
    signal?.throwIfAborted();
    const { origin, pathname, search } = new URL(url);
    using lane = connections.take(origin, request.tls);
    const { response, stop: end } = dispatch(lane.client, pathname + search, request);
    stop = end;
    timer = setTimeout(() => {
      isLate = true;
      end();
    }, timeoutMs);
    signal?.addEventListener('abort', end, { once: true });
    return await response;
  } catch (error) {
    throw describe(error, request, isLate);
  } finally {
    clearTimeout(timer);
    if (stop !== undefined) signal?.removeEventListener('abort', stop);
  }
}

function describe(error: unknown, request: HttpRequest, isLate: boolean): Failure {
  const host = hostOf(request.url);
  if (error instanceof Failure) return new Failure(error.reason, `${host}: ${error.message}`);
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
