import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { SeededRandom } from '../../src/simulator/random.ts';
import { readBulk, timeOf, type BulkItem } from './bulk-request.ts';
import { numberIn } from './numbered-line.ts';
import { answerOther } from './other-requests.ts';
import { Rollups } from './rollups.ts';
import { isPoisoned, type StoreFault } from './store-fault.ts';
import { StoredLines } from './stored-lines.ts';
import { StreamIndices } from './stream-indices.ts';

// Run as a process of its own: Elasticsearch on a loopback socket, as far as octowatch uses it. It counts each line over
// all backing indexes, and does what it is told at /_ctl/. Its address is the first line it prints.

const TEMPLATES = '/_index_template/';
const lines = new StoredLines();
const rollups = new Rollups();
const streams = new Map<string, StreamIndices>();
const templates = new Map<string, unknown>();
const random = new SeededRandom(process.argv[2] ?? 'elasticsearch');
/** Stored in any stream. */
let documents = 0;
let fault: StoreFault = { kind: 'none' };

const server = createServer((request, response) => void answer(request, response));
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`);
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://fake');
  const isControl = pathname.startsWith('/_ctl/');
  if (fault.kind === 'reset-body' && !isControl) return resetInBody(request);
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    return; // The client went away.
  }
  const body = Buffer.concat(chunks);
  if (isControl) return control(pathname, searchParams, body, response);
  if (fault.kind === 'status') return reply(response, fault.status, refusal(fault.status));
  if (pathname.startsWith(TEMPLATES)) rollups.noteTemplate(pathname.slice(TEMPLATES.length));
  if (pathname === '/_bulk') return answerBulk(request, body, response);
  const { status, answer: other } = answerOther({
    method: request.method ?? 'GET',
    pathname,
    body,
    streams,
    templates,
  });
  reply(response, status, other);
}

function resetInBody(request: IncomingMessage): void {
  request.once('data', () => request.socket.destroy());
  request.once('end', () => request.socket.destroy());
}

function control(path: string, query: URLSearchParams, body: Buffer, response: ServerResponse): void {
  if (path === '/_ctl/fault') fault = JSON.parse(body.toString());
  if (path === '/_ctl/rollover') for (const stream of streams.values()) stream.rollOver();
  const counts = lines.counts(Number(query.get('written') ?? 0));
  reply(response, 200, { ...counts, documents, rollups: rollups.counts, fault: fault.kind });
}

function answerBulk(request: IncomingMessage, body: Buffer, response: ServerResponse): void {
  if (fault.kind === 'max-bytes' && body.length > fault.bytes) return reply(response, 413, refusal(413));
  const items = readBulk(body, request.headers['content-encoding']).map((item) => store(item));
  const text = JSON.stringify({ errors: items.some(({ create }) => create.status >= 300), items });
  if (fault.kind === 'silence') return;
  if (fault.kind === 'reset-after') return void request.socket.destroy();
  if (fault.kind === 'lose-reply-and-roll-over') {
    for (const stream of streams.values()) stream.rollOver();
    if (!fault.hold) request.socket.destroy();
    fault = { kind: 'none' };
    return;
  }
  reply(response, 200, fault.kind === 'half-answer' ? text.slice(0, text.length / 2) : text);
}

function store({ stream: name, id, document }: BulkItem): { create: { status: number; _index: string } } {
  const stream = streams.get(name) ?? new StreamIndices(name);
  streams.set(name, stream);
  const place = { _index: stream.writeIndex, _id: id };
  const number = name.startsWith('logs-') ? numberIn(document) : undefined;
  const refused = number === undefined ? undefined : refusedStatus(number);
  if (refused !== undefined) return { create: { ...place, status: refused, ...refusal(refused) } };
  const isNew = stream.create(id ?? rollups.idOf(document));
  if (!isNew) return { create: { ...place, status: 409, ...refusal(409) } };
  documents++;
  if (number === undefined) rollups.add(name, document);
  else lines.add(number, timeOf(document));
  return { create: { ...place, status: 201 } };
}

function refusedStatus(number: number): number | undefined {
  if (fault.kind === 'refuse-items' && random.chance(fault.share)) return fault.status;
  return fault.kind === 'poison' && isPoisoned(number, fault.every) ? 400 : undefined;
}

function refusal(status: number): { error: { type: string; reason: string } } {
  return { error: { type: `fault_${status}`, reason: 'told to' } };
}

function reply(response: ServerResponse, status: number, body: object | string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}
