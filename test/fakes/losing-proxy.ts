import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of an answer: it was given by the server in any case. */
export type AnswerFate =
  | 'pass'
  /** The connection is reset. */
  | 'reset'
  /** Nothing comes; the connection stays open. */
  | 'hang'
  /** Half of the answer comes, then the connection is reset. */
  | 'cut'
  /** A gateway says 504. */
  | 'gateway';

/** A proxy on loopback that loses answers of bulk requests. */
export interface LosingProxy {
  readonly url: string;
  /** Bulk requests so far. */
  readonly bulks: () => number;
  /** Fates of the next bulk answers; the others pass. `meanwhile` is done after each one was lost. */
  lose(fates: readonly AnswerFate[], meanwhile?: () => Promise<void>): void;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: Buffer;
}

/** Starts a proxy for the server at `target`. */
export async function startLosingProxy(target: string): Promise<LosingProxy> {
  const fates: AnswerFate[] = [];
  let afterLoss = async (): Promise<void> => {};
  let bulks = 0;
  const server = createServer((request, response) => void serve(request, response));

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request);
    const answer = await ask(target, request, body);
    if (request.url?.startsWith('/_bulk') !== true) return pass(response, answer);
    bulks++;
    const fate = fates.shift() ?? 'pass';
    if (fate === 'pass') return pass(response, answer);
    await afterLoss();
    lose(request, response, answer, fate);
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    bulks: () => bulks,
    lose(more, meanwhile = async () => {}) {
      fates.push(...more);
      afterLoss = meanwhile;
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function ask(target: string, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const upstream = forward(`${target}${url}`, { method, headers }, (answer) => {
    readAll(answer).then(
      (bytes) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: bytes }),
      reject,
    );
  });
  upstream.once('error', reject);
  upstream.end(body);
  return promise;
}

function pass(response: ServerResponse, { status, headers, body }: Answer): void {
  const { 'transfer-encoding': _chunked, ...others } = headers;
  response.writeHead(status, { ...others, 'content-length': body.length }).end(body);
}

function lose(
  request: IncomingMessage,
  response: ServerResponse,
  { status, headers, body }: Answer,
  fate: AnswerFate,
): void {
  if (fate === 'hang') return;
  if (fate === 'gateway') return void response.writeHead(504).end('gateway time-out');
  if (fate === 'reset') return void request.socket.destroy();
  response.writeHead(status, { ...headers, 'content-length': body.length });
  response.write(body.subarray(0, body.length / 2), () => request.socket.destroy());
}
