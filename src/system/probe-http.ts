import { request as sendRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { ProbeHttpRequest } from '../model/ports.ts';
import type { ProbeRun } from './probe-run.ts';

/** Sends the request over a connection that is open, and reads the answer. */
export async function askOver(socket: Socket, request: ProbeHttpRequest, run: ProbeRun): Promise<void> {
  const answer = await run.phase('processing', () => headOf(socket, request, run.signal));
  const head = {
    status: answer.statusCode ?? 0,
    version: answer.httpVersion,
    headers: flatten(answer.headers),
    setCookies: answer.headers['set-cookie'] ?? [],
  };
  run.seen.http = { ...head, body: new Uint8Array() };
  const body = await run.phase('transfer', () => bodyOf(answer, request.maxBytes));
  run.seen.http = { ...head, body };
}

function headOf(
  socket: Socket,
  { url, method, headers, body }: ProbeHttpRequest,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const { host, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const message = sendRequest({
      createConnection: () => socket,
      method,
      path: `${pathname}${search}`,
      headers: {
        host,
        'user-agent': 'octowatch',
        accept: '*/*',
        connection: 'close',
        ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
        ...headers,
      },
      signal,
    });
    message.once('response', resolve);
    message.on('error', reject);
    message.end(body);
  });
}

async function bodyOf(answer: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of answer) {
    const bytes: Buffer = chunk;
    chunks.push(bytes.subarray(0, maxBytes - length));
    length += bytes.length;
    if (length >= maxBytes) break;
  }
  return Buffer.concat(chunks);
}

function flatten(headers: IncomingMessage['headers']): Record<string, string> {
  const entries = Object.entries(headers).filter(([name]) => name !== 'set-cookie');
  return Object.fromEntries(
    entries.map(([name, value = '']) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
