import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';

/** What the fake does with one bulk request; `ok` when the script is at its end. */
export type BulkBehaviour =
  | { readonly kind: 'ok' }
  /** Answers with a status instead of taking the body. */
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
  /** Gives items a status of their own, by index; others are taken. */
  | { readonly kind: 'items'; readonly status: (index: number) => number | undefined }
  /** Takes the documents and never answers. */
  | { readonly kind: 'hang' }
  /** Takes the documents and resets the connection. */
  | { readonly kind: 'reset' }
  /** Takes the documents and answers half of the body. */
  | { readonly kind: 'cut' };

/** Elasticsearch on a loopback socket, as far as the store uses it, doing what a script says. */
export interface FakeElasticsearch {
  readonly url: string;
  /** Documents by stream and id; those without an id get one. */
  readonly streams: ReadonlyMap<string, ReadonlyMap<string, unknown>>;
  readonly templates: ReadonlyMap<string, unknown>;
  /** Documents in each bulk request, in order of arrival. */
  readonly bulks: readonly number[];
  /** Appends to the script. */
  next(...behaviours: BulkBehaviour[]): void;
  close(): Promise<void>;
}

interface State {
  readonly streams: Map<string, Map<string, unknown>>;
  readonly templates: Map<string, unknown>;
  readonly bulks: number[];
  readonly script: BulkBehaviour[];
}

/** Starts a fake on a free port of 127.0.0.1. */
export async function startFakeElasticsearch(): Promise<FakeElasticsearch> {
  const state: State = { streams: new Map(), templates: new Map(), bulks: [], script: [] };
  const server = createServer((request, response) => void answer(state, request, response));
  const url = await listen(server);
  return {
    url,
    ...state,
    next: (...behaviours) => void state.script.push(...behaviours),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const { pathname } = new URL(request.url ?? '/', 'http://fake');
  if (pathname === '/_bulk') return answerBulk(state, request, body, response);
  const [, kind, name = ''] = pathname.split('/');
  if (kind !== '_index_template') return reply(response, 404, {});
  if (request.method === 'PUT') {
    state.templates.set(name, JSON.parse(body.toString()));
    return reply(response, 200, { acknowledged: true });
  }
  const template = state.templates.get(name);
  if (template === undefined) return reply(response, 404, {});
  reply(response, 200, { index_templates: [{ name, index_template: template }] });
}

function answerBulk(state: State, request: IncomingMessage, body: Buffer, response: ServerResponse): void {
  const lines = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body)
    .toString()
    .split('\n');
  const count = (lines.length - 1) / 2;
  state.bulks.push(count);
  const behaviour = state.script.shift() ?? { kind: 'ok' };
  if (behaviour.kind === 'status') {
    const { status, retryAfterSeconds } = behaviour;
    if (retryAfterSeconds !== undefined) response.setHeader('retry-after', String(retryAfterSeconds));
    return reply(response, status, { error: { type: 'scripted', reason: `status ${status}` }, status });
  }
  const items = Array.from({ length: count }, (_, index) => {
    const refused = behaviour.kind === 'items' ? behaviour.status(index) : undefined;
    const status = refused ?? store(state, lines[index * 2] ?? '', lines[index * 2 + 1] ?? '');
    return {
      create: status < 300 ? { status } : { status, error: { type: `scripted_${status}`, reason: 'x' } },
    };
  });
  if (behaviour.kind === 'hang') return;
  if (behaviour.kind === 'reset') return void request.socket.destroy();
  const text = JSON.stringify({ errors: items.some((item) => item.create.status >= 300), items });
  reply(response, 200, behaviour.kind === 'cut' ? text.slice(0, text.length / 2) : text);
}

/** The status of one `create`: 201, or 409 when the id is taken. */
function store({ streams }: State, action: string, document: string): number {
  const { _index: index, _id: own } = (JSON.parse(action) as { create: { _index: string; _id?: string } })
    .create;
  const stream = streams.get(index) ?? new Map<string, unknown>();
  streams.set(index, stream);
  const id = own ?? `made-${stream.size}`;
  if (stream.has(id)) return 409;
  stream.set(id, JSON.parse(document));
  return 201;
}

function reply(response: ServerResponse, status: number, body: object | string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`);
    });
  });
}
