import { Agent, request as send, type Dispatcher } from 'undici';
import { Failure, messageOf } from '../model/failure.ts';
import type { Http, HttpRequest, HttpResponse } from '../model/ports.ts';

const MAX_BYTES = 16 * 1024 * 1024;

/** HTTP over pooled keep-alive connections. `close` ends them. */
export function createHttp(): { http: Http; close(): Promise<void> } {
  const dispatcher = new Agent({ connections: 8, pipelining: 1, keepAliveTimeout: 30_000 });
  return { http: (request) => exchange(dispatcher, request), close: () => dispatcher.destroy() };
}

async function exchange(dispatcher: Dispatcher, request: HttpRequest): Promise<HttpResponse> {
  const { url, method = 'GET', headers = {}, body, timeoutMs, maxBytes = MAX_BYTES } = request;
  const deadline = AbortSignal.timeout(timeoutMs);
  const signal = request.signal === undefined ? deadline : AbortSignal.any([request.signal, deadline]);
  try {
    const response = await send(url, { dispatcher, method, headers, body: body ?? null, signal });
    const bytes = await readAll(response.body, maxBytes, url);
    return { status: response.statusCode, headers: flatten(response.headers), body: bytes };
  } catch (error) {
    throw describe(error, request, deadline);
  }
}

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

function describe(error: unknown, request: HttpRequest, deadline: AbortSignal): Failure {
  if (error instanceof Failure) return error;
  const host = hostOf(request.url);
  if (request.signal?.aborted === true)
    return new Failure(reasonOfAbort(request.signal), `${host}: stopped waiting`, { cause: error });
  if (deadline.aborted)
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
