import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a fake does to the next request, or to the next one for `path`, instead of answering it well. */
export type Fault = { readonly path?: string } &
  /** Answers this status without taking the request. */
  (
    | { readonly kind: 'status'; readonly status: number; readonly retryAfterSeconds?: number }
    /** Never answers. */
    | { readonly kind: 'hang' }
    /** Resets the connection without taking the request. */
    | { readonly kind: 'reset' }
    /** Takes the request, then resets the connection: the sender cannot know. */
    | { readonly kind: 'reset-after-accepting' }
  );

export interface FakeAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Instead of the body, as it is. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  /** The body as it came, for what is no text. */
  readonly bytes: Uint8Array;
}

/** A server on a real loopback socket. */
export interface HttpFake {
  readonly url: string;
  /** Faults for the next requests, in their order. */
  fail(...faults: readonly Fault[]): void;
  close(): Promise<void>;
}

/** Serves `answer` on a free loopback port, with faults on demand. */
export async function startHttpFake(answer: (request: FakeRequest) => FakeAnswer): Promise<HttpFake> {
  const faults: Fault[] = [];
  const server = createServer((request, response) => void serve(request, response));

  function nextFault(url: string): Fault | undefined {
    const index = faults.findIndex(({ path }) => path === undefined || path === url);
    return index < 0 ? undefined : faults.splice(index, 1)[0];
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method = '', url = '', headers } = request;
    const fault = nextFault(url);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'reset') return void request.socket.destroy();
    if (fault?.kind === 'status') return refuse(response, fault);
    const bytes = Buffer.concat(chunks);
    const {
      status,
      body,
      text,
      headers: extra = {},
    } = answer({ method, path: url, headers, body: bytes.toString(), bytes });
    if (fault?.kind === 'reset-after-accepting') return void request.socket.destroy();
    response
      .writeHead(status, { 'content-type': 'application/json', ...extra })
      .end(text ?? JSON.stringify(body));
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    fail: (...more) => void faults.push(...more),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

function refuse(
  response: ServerResponse,
  { status, retryAfterSeconds }: Extract<Fault, { readonly kind: 'status' }>,
): void {
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  response
    .writeHead(status, { 'content-type': 'application/json', ...headers })
    .end(JSON.stringify({ error: `fault ${status}` }));
}
