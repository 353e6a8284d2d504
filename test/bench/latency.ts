import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { openDataPath } from '../../src/app/data-path.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { Failure } from '../../src/model/failure.ts';
import { createMatcher } from '../../src/model/matcher.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { NO_TRACER } from '../../src/model/tracer.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
import { systemClock as clock } from '../../src/system/system-clock.ts';
import { systemDisk as disk } from '../../src/system/system-disk.ts';
import { createHttp } from '../../src/system/system-http.ts';
import { silentLog } from '../fakes/silent-log.ts';
import { EventLines } from './parts/event-lines.ts';

/**
 * How long after its line was appended an event is counted in the series that a rule reads, and in a request to the
 * store. Lines come now and then, and in bursts, as a quiet server and a busy one write them.
 */
const LINES = Number(process.argv[2] ?? 400);
const BURST = 20;
const LOOK_MS = 2;
/** What answers requests for templates and for write indexes. */
const OTHER = { acknowledged: true, indices: [], aliases: [], data_streams: [] };
const METRIC = 'octopus_web_requests_total';

const directory = mkdtempSync(join(tmpdir(), 'octowatch-latency-'));
const file = join(directory, 'OctopusServer.txt');
mkdirSync(join(directory, 'data'));
writeFileSync(file, '');

const sentAt: number[] = [];
const store = createServer((request, response) => void answer(request, response));
await new Promise<void>((resolve) => {
  store.listen(0, '127.0.0.1', resolve);
});
const address = store.address();
const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : address}`;

const text = JSON.stringify({
  namespace: 'bench',
  fleet: { instances: [{ tenant: 'acme', files: { 'octopus-server-log': [file] } }] },
  store: { elasticsearch: { nodes: [url] } },
});
const config = loadConfig('latency.yml', text, { env: {}, readFile: () => '' });
const life = new AbortController();
const closes: (() => void | Promise<void>)[] = [];
const { http, close } = createHttp();
const path = await openDataPath({
  clock,
  disk,
  random: Math.random,
  http,
  log: silentLog,
  metrics: NO_METRICS,
  tracer: NO_TRACER,
  directory: join(directory, 'data'),
  workingDirectory: directory,
  config: () => config,
  redactor: createRedactor(),
  windows: { defaultMs: 300_000, byMetric: new Map() },
  signal: life.signal,
  closeWithin: (_part, last) => closes.push(last),
});
path.start();
const running = Object.values(path.parts).map((part) => part(life.signal));

const writtenAt: number[] = [];
const ruleAt: number[] = [];
const lines = new EventLines('server_log');
const looking = look();
await sleep(2000);
for (let n = 0; n < LINES;) {
  const burst = n % (BURST * 2) === 0 ? BURST : 1;
  let added = '';
  for (let i = 0; i < burst && n + i < LINES; i++) added += lines.line(n + i, Date.now());
  appendFileSync(file, added);
  for (let i = 0; i < burst && n < LINES; i++) writtenAt[n++] = performance.now();
  await sleep(20 + Math.random() * 300);
}
await Promise.race([looking, sleep(10_000)]);
for (const end = Date.now() + 10_000; sentAt.flat().length < LINES && Date.now() < end;) await sleep(LOOK_MS);
life.abort(new Failure('aborted', 'done'));
await Promise.allSettled([...running, path.ended()]);
for (const last of closes.toReversed()) await last();
await close();
store.close();
store.closeAllConnections();
rmSync(directory, { recursive: true });

const rule = delays(ruleAt);
const sent = delays(sentAt);
console.log(
  JSON.stringify({
    bench: 'latency',
    lines: LINES,
    rule_ms_p50: percentile(rule, 0.5),
    rule_ms_p99: percentile(rule, 0.99),
    sent_ms_p50: percentile(sent, 0.5),
    sent_ms_p99: percentile(sent, 0.99),
    missing: LINES * 2 - rule.length - sent.length,
  }),
);

/** Takes bulk requests as Elasticsearch does, and notes when each line came. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const at = performance.now();
  const isBulk = request.url?.includes('_bulk') === true;
  const body = isBulk ? gunzipSync(Buffer.concat(chunks)).toString() : '';
  for (const [, number] of body.matchAll(/Item-(\d+)/g)) sentAt[Number(number)] ??= at;
  const items = Array.from({ length: body.split('\n').length >> 1 }, () => ({ create: { status: 201 } }));
  response.writeHead(200, { 'content-type': 'application/json', 'x-elastic-product': 'Elasticsearch' });
  response.end(JSON.stringify(isBulk ? { errors: false, items } : OTHER));
}

/** Looks at the series as a rule would, every few ms, until all lines are counted. */
async function look(): Promise<void> {
  for (let counted = 0; counted < LINES && !life.signal.aborted; await sleep(LOOK_MS)) {
    path.head.refresh(Date.now());
    const now = performance.now();
    for (const total = countedNow(); counted < total; counted++) ruleAt[counted] = now;
  }
}

function countedNow(): number {
  const end = Date.now();
  let total = 0;
  const matchers = [createMatcher('__name__', '=', METRIC)];
  for (const { values } of path.head.select(matchers, { start: end - 60_000, end }))
    total += values.at(-1) ?? 0;
  return total;
}

function delays(at: readonly number[]): number[] {
  return writtenAt
    .flatMap((written, n) => (at[n] === undefined ? [] : [at[n] - written]))
    .toSorted((a, b) => a - b);
}

function percentile(sorted: readonly number[], share: number): number {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return Math.round(value * 10) / 10;
}
