import { gzipSync } from 'node:zlib';
import { streamName } from '../../src/model/dataset.ts';
import type { Batch } from '../../src/model/ports.ts';
import { rollupStreamName } from '../../src/model/rollup.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { webRequestDataset } from '../../src/octopus/web-request-dataset.ts';
import { BulkEncoder } from '../../src/spool/bulk-body.ts';
import { OpenWindows } from '../../src/spool/rollups/open-windows.ts';
import { createElasticsearchStore, type ElasticsearchStore } from '../../src/store/elasticsearch/store.ts';
import { startElasticsearch } from '../elasticsearch/server.ts';
import { quietLog } from '../fakes/spool-harness.ts';
import { ask, countOf, forgetHistory, mergedBytes, sumOf } from './storage/index-size.ts';
import { TELEGRAF_INDEX, TELEGRAF_TEMPLATE, telegrafLines } from './storage/telegraf.ts';
import { WebRequests } from './storage/web-requests.ts';

/**
 * What events and their rollups take in Elasticsearch. Load 1: 400,000 web requests of 200 tenants over 60 routes, in
 * our streams (synthetic and stored source) and in Telegraf's shape. Load 2: 5,000 requests/s over 700 live series for
 * 3 min: how many rollup documents for how many events. In both, the counts of the rollups add up to the events.
 */
const EVENTS = 400_000;
const PER_SECOND = 5000;
const MINUTES = 3;
const HOUR = 3_600_000;
/** Tenants of load 2: with them about 700 groups have a request in 10 s. */
const LIVE_TENANTS = 4;

// The server ends with us, also when we are interrupted.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const server = await startElasticsearch();
const from = Math.floor(Date.now() / 10_000) * 10_000 - 600_000;
try {
  const ours = await load('synthetic', 200, EVENTS, {});
  console.log(`events, our streams: ${perEvent(ours)} bytes each, ids included`);
  const stored = await load('stored', 200, EVENTS, { 'index.mapping.source.mode': 'stored' });
  console.log(`events, stored source (a licence without synthetic source): ${perEvent(stored)} bytes each`);
  const peer = await loadTelegraf();
  console.log(`events, Telegraf's template and shape: ${perEvent(peer)} bytes each`);
  const live = await load('live', LIVE_TENANTS, PER_SECOND * 60 * MINUTES, {});
  const series = Math.round(live.rollups / (MINUTES * 6));
  console.log(
    `load 2: ${live.rollups} rollups of ${live.events} events, ${series} series in a window of 10 s`,
  );
  console.log(
    JSON.stringify({
      bench: 'storage',
      bytes_per_event: perEvent(ours),
      stored_source_bytes_per_event: perEvent(stored),
      peer_bytes_per_event: perEvent(peer),
      rollup_share: round(live.rollups / live.events, 5),
      events_per_rollup: round(live.events / live.rollups, 1),
      rollup_bytes_per_document: round(live.rollupBytes / live.rollups, 1),
      live_series: series,
    }),
  );
} finally {
  await server.stop();
}

interface Outcome {
  readonly events: number;
  readonly bytes: number;
  readonly rollups: number;
  readonly rollupBytes: number;
}

/** Writes requests and their rollups through encoder and store. @throws Error when the rollups do not add up */
async function load(name: string, tenants: number, events: number, settings: object): Promise<Outcome> {
  const namespace = `${name}${Date.now()}`;
  const store = await openStore(namespace);
  const [raw, rolled] = [
    streamName(webRequestDataset, namespace),
    rollupStreamName('web_request', namespace),
  ];
  if (Object.keys(settings).length > 0) await overrideTemplate(raw, settings);
  const requests = new WebRequests({ tenants, from, perSecond: PER_SECOND });
  const encoder = new BulkEncoder({ namespace, startedAt: from, partBytes: 1 << 22 });
  const windows = new OpenWindows({ namespace, emitter: name, metrics: NO_METRICS });
  for (let written = 0; written < events; written += PER_SECOND) {
    const now = from + (written / PER_SECOND) * 1000;
    if (written === events - PER_SECOND * 4) await forgetHistory(server.url, raw);
    const batches = requests.next(PER_SECOND);
    for (const { columns } of batches) windows.add(windows.contribution(columns) ?? [], now);
    await deliver(store, encode(encoder, batches), PER_SECOND);
    await emit(store, windows, now);
  }
  await emit(store, windows, from + 2 * HOUR);
  await store.close();
  return outcome(raw, rolled, events);
}

async function outcome(raw: string, rolled: string, events: number): Promise<Outcome> {
  const [stored, counted] = [await countOf(server.url, raw), await sumOf(server.url, rolled, 'count')];
  if (stored !== events || counted !== events)
    throw new Error(`${events} events: ${stored} stored, ${counted} in rollups`);
  const bytes = await mergedBytes(server.url, raw);
  const rollupBytes = await mergedBytes(server.url, rolled);
  return { events, bytes, rollups: await countOf(server.url, rolled), rollupBytes };
}

async function openStore(namespace: string): Promise<ElasticsearchStore> {
  const store = createElasticsearchStore({
    nodes: [server.url],
    namespace,
    datasets: [webRequestDataset],
    log: quietLog,
    timeBounds: { start: new Date(from - HOUR).toISOString(), end: new Date(from + HOUR).toISOString() },
  });
  await store.installTemplates(AbortSignal.timeout(30_000));
  return store;
}

async function overrideTemplate(name: string, settings: object): Promise<void> {
  const { index_templates: found } = (await ask(server.url, 'GET', `_index_template/${name}`)) as {
    index_templates: { index_template: { template: { settings: object } } }[];
  };
  const own = found[0]?.index_template;
  const template = { ...own?.template, settings: { ...own?.template.settings, ...settings } };
  await ask(server.url, 'PUT', `_index_template/${name}`, { ...own, template });
}

function encode(encoder: BulkEncoder, batches: readonly Batch[]): Uint8Array {
  const parts: Buffer[] = [];
  for (const batch of batches) for (const { raw } of encoder.encode(batch)) parts.push(Buffer.from(raw));
  return Buffer.concat(parts);
}

async function emit(store: ElasticsearchStore, windows: OpenWindows, now: number): Promise<void> {
  for (let next = windows.due(now); next !== undefined; next = windows.due(now)) {
    await deliver(store, next.lines, next.documents);
    windows.close(next.closed);
  }
}

async function deliver(store: ElasticsearchStore, lines: Uint8Array, documents: number): Promise<void> {
  const signal = AbortSignal.timeout(60_000);
  const { delivered, rejected } = await store.deliver(gzipSync(lines, { level: 1 }), documents, signal);
  if (delivered !== documents)
    throw new Error(`${delivered} of ${documents} delivered: ${rejected[0]?.reason ?? 'try again'}`);
}

async function loadTelegraf(): Promise<Pick<Outcome, 'events' | 'bytes'>> {
  await ask(server.url, 'PUT', '_index_template/telegraf', TELEGRAF_TEMPLATE);
  const requests = new WebRequests({ tenants: 200, from, perSecond: PER_SECOND });
  for (let written = 0; written < EVENTS; written += PER_SECOND) {
    const body = requests.next(PER_SECOND).flatMap((batch) => telegrafLines(batch));
    const headers = { 'content-type': 'application/x-ndjson' };
    const response = await fetch(`${server.url}/_bulk?filter_path=errors`, {
      method: 'POST',
      headers,
      body: body.join(''),
    });
    if ((await response.text()) !== '{"errors":false}') throw new Error('Telegraf documents were refused');
  }
  if ((await countOf(server.url, TELEGRAF_INDEX)) !== EVENTS)
    throw new Error('Telegraf documents are missing');
  return { events: EVENTS, bytes: await mergedBytes(server.url, TELEGRAF_INDEX) };
}

function perEvent({ bytes, events }: Pick<Outcome, 'events' | 'bytes'>): number {
  return round(bytes / events, 2);
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
