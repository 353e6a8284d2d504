import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { ElasticsearchApi, type ItemReason } from './elasticsearch-api.ts';

/** What the fake does with one bulk request; `ok` when the script is at its end. */
export type BulkBehaviour =
  | { readonly kind: 'ok' }
  /** Answers with a status instead of taking the body. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
  /** Gives items a status of their own, by index; others are taken. */
  | {
      readonly kind: 'items';
      readonly status: (index: number) => number | undefined;
      readonly reason?: ItemReason;
    }
  /** Takes the documents and never answers. */
  | { readonly kind: 'hang' }
  /** Takes the documents and resets the connection. */
  | { readonly kind: 'reset' }
  /** Takes the documents and answers half of the body. */
  | { readonly kind: 'cut' };

export interface FakeElasticsearchOptions {
  /** PEM; served over TLS then. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /** The `authorization` header that every request must have. */
  readonly authorization?: string;
}

/** Elasticsearch on a loopback socket, as far as the store uses it, doing what a script says. */
export interface FakeElasticsearch {
  readonly url: string;
  readonly api: ElasticsearchApi;
  /** Appends to the script. */
  next(...behaviours: BulkBehaviour[]): void;
  close(): Promise<void>;
}

/** Starts a fake on a free port of 127.0.0.1. */
export async function startFakeElasticsearch(
  options: FakeElasticsearchOptions = {},
): Promise<FakeElasticsearch> {
  const { tls, authorization } = options;
  const api = new ElasticsearchApi();
  const script: BulkBehaviour[] = [];
  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    if (authorization === undefined || request.headers.authorization === authorization)
      return void answer(api, script, request, response);
    reply(response, 401, {
      error: { type: 'security_exception', reason: 'unable to authenticate' },
      status: 401,
    });
  };
  const server = tls === undefined ? createHttpServer(listener) : createHttpsServer(tls, listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    api,
    next: (...behaviours) => void script.push(...behaviours),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  api: ElasticsearchApi,
  script: BulkBehaviour[],
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
  const { pathname: path } = new URL(request.url ?? '/', 'http://fake');
  const asked = { method: request.method ?? 'GET', path, body };
  const behaviour = (path === '/_bulk' ? script.shift() : undefined) ?? { kind: 'ok' };
  if (behaviour.kind === 'status') {
    api.bulks.push((body.split('\n').length - 1) / 2);
    const { status, retryAfterSeconds } = behaviour;
    if (retryAfterSeconds !== undefined) response.setHeader('retry-after', String(retryAfterSeconds));
    return reply(response, status, { error: { type: 'scripted', reason: `status ${status}` }, status });
  }
  const { status, body: answered } = api.answer(
    asked,
    behaviour.kind === 'items' ? behaviour.status : undefined,
    behaviour.kind === 'items' ? behaviour.reason : undefined,
  );
  if (behaviour.kind === 'hang') return;
  if (behaviour.kind === 'reset') return void request.socket.destroy();
  const text = JSON.stringify(answered);
  reply(response, status, behaviour.kind === 'cut' ? text.slice(0, text.length / 2) : text);
}

function reply(response: ServerResponse, status: number, body: object | string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
