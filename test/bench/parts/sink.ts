import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gunzipSync } from 'node:zlib';

// Run as a process of its own, so that its work is not counted: takes bulk bodies as Elasticsearch does, and counts each
// numbered event. Its address is the first line it prints; `/counts` tells what came.

const NUMBER = /(?:Item|ServerTasks)-(\d+)/g;

const CREATED = { create: { status: 201 } };

let seen = new Uint8Array(1 << 20);
let events = 0;
let doubled = 0;
let bodyBytes = 0;
let lastNumberAt = 0;

const server = createServer((request, response) => void answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`);
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const { pathname } = new URL(request.url ?? '/', 'http://sink');
  const body = Buffer.concat(chunks);
  if (pathname === '/counts') return reply(response, { events, doubled, bodyBytes, lastNumberAt });
  if (pathname === '/reset') return reset(response);
  if (!pathname.endsWith('/_bulk')) return reply(response, other(pathname));
  const raw = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body;
  bodyBytes += body.length;
  const items = take(raw);
  lastNumberAt = Date.now();
  reply(response, { errors: false, items: Array.from({ length: items }, () => CREATED) });
}

/** Counts the documents of a body; the number of its items. */
function take(raw: Buffer): number {
  let items = 0;
  for (let at = 0; at < raw.length; items++) {
    const document = raw.indexOf(0x0a, at) + 1;
    const end = raw.indexOf(0x0a, document);
    note(raw.toString('latin1', document, end));
    at = end + 1;
  }
  return items;
}

function note(document: string): void {
  NUMBER.lastIndex = 0;
  const number = Number(NUMBER.exec(document)?.[1] ?? Number.NaN);
  if (Number.isNaN(number)) return;
  events++;
  if (number >= seen.length) {
    const larger = new Uint8Array(Math.max(number + 1, seen.length * 2));
    larger.set(seen);
    seen = larger;
  }
  if (seen[number] === 1) doubled++;
  seen[number] = 1;
}

function reset(response: ServerResponse): void {
  seen.fill(0);
  events = doubled = bodyBytes = lastNumberAt = 0;
  reply(response, {});
}

function other(path: string): object {
  if (path === '/') return { version: { number: '8.19.0' }, tagline: 'You Know, for Search' };
  return path.startsWith('/_resolve')
    ? { indices: [], aliases: [], data_streams: [] }
    : { acknowledged: true };
}

function reply(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
  response.end(JSON.stringify(body));
}
