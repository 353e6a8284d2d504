import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What the server says: JSON, or raw text; `hang` answers never. */
export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly text?: string;
  readonly hang?: 'at_once' | 'in_the_body';
}

export interface LoopbackServer {
  readonly url: string;
  /** Every request, in order. */
  readonly received: Received[];
}

/** A real HTTP server on a loopback socket, closed at the end of the test. `undefined` is a 404. */
export async function startLoopbackServer(
  t: TestContext,
  answer: (request: Received) => Answer | undefined,
): Promise<LoopbackServer> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    void serve(request, response);
  });
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const url = new URL(request.url ?? '/', 'http://loopback');
    const { method = '', headers } = request;
    const entry = { method, path: url.pathname, query: url.searchParams, headers, body };
    received.push(entry);
    reply(response, answer(entry) ?? { status: 404, json: { ErrorMessage: 'not found' } });
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, received };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

function reply(response: ServerResponse, { status = 200, headers = {}, json, text, hang }: Answer): void {
  if (hang === 'at_once') return;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  const body = text ?? JSON.stringify(json ?? {});
  if (hang === 'in_the_body') response.write(body.slice(0, body.length / 2));
  else response.end(body);
}
