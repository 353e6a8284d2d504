import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { build, Edge, startSink } from './parts/edge.ts';
import { EventLines, type LineFormat } from './parts/event-lines.ts';
import { telegraf, TelegrafRun } from './parts/telegraf.ts';

/**
 * What an event costs an edge from the first byte of its file to the acknowledgement of the last bulk request, with
 * spool, ids, redaction, gzip, rollups and the head's counters. CPU-seconds are those of the whole process.
 */
const LINES = Number(process.argv[2] ?? 1_000_000);
const BATCH = 50_000;
const DEADLINE_MS = 120_000;
const IDLE_MS = 6000;

interface Format {
  readonly format: LineFormat;
  readonly collector: string;
  /** The files of the first and of the second million, and what both match. */
  readonly files: readonly [string, string];
  readonly glob: string;
}

const FORMATS: readonly Format[] = [
  {
    format: 'json',
    collector: 'legacy-metrics',
    files: ['metrics-1.log', 'metrics-2.log'],
    glob: 'metrics-*.log',
  },
  {
    format: 'server_log',
    collector: 'octopus-server-log',
    files: ['a-server.txt', 'b-server.txt'],
    glob: '*-server.txt',
  },
  {
    format: 'web_log',
    collector: 'octopus-web-log',
    files: ['Web-2026-11-21.log', 'Web-2026-11-22.log'],
    glob: 'Web-*.log',
  },
];

interface Figures {
  /** Of the first lines that the process sees: its code is still being compiled. */
  readonly eventsPerCpuSecond: number;
  /** Of as many lines that follow. */
  readonly warmEventsPerCpuSecond: number;
  readonly rssMib: number;
  readonly idleRssMib: number;
  readonly lost: number;
  readonly doubled: number;
  readonly bytesPerEvent: number;
}

async function measure({ format, collector, files, glob }: Format): Promise<Figures> {
  const sink = await startSink();
  const edge = new Edge(sink.url, { [collector]: glob });
  try {
    await edge.up();
    await sleep(IDLE_MS);
    const idle = edge.rss().now;
    const rates: number[] = [];
    let counts: Counts = { events: 0, doubled: 0, bodyBytes: 0 };
    edge.resetPeak();
    for (const [round, file] of files.entries()) {
      const ready = prepare(format, join(edge.directory, 'not-yet'), round * LINES);
      const before = edge.cpu();
      renameSync(ready, join(edge.directory, file));
      counts = await untilStored(sink, (round + 1) * LINES);
      rates.push(Math.round(LINES / (edge.cpu() - before)));
    }
    const written = files.length * LINES;
    return {
      eventsPerCpuSecond: rates[0] ?? Number.NaN,
      warmEventsPerCpuSecond: rates[1] ?? Number.NaN,
      rssMib: Math.round(edge.rss().peak),
      idleRssMib: Math.round(idle),
      lost: written - (counts.events - counts.doubled),
      doubled: counts.doubled,
      bytesPerEvent: Math.round((counts.bodyBytes / written) * 10) / 10,
    };
  } finally {
    await edge.stop();
    sink.stop();
  }
}

/** What an event of the JSON lines costs Telegraf with gzip, in the same minute on the same machine. */
async function measurePeer(path: string): Promise<{ eventsPerCpuSecond: number; rssMib: number }> {
  const sink = await startSink();
  const run = new TelegrafRun(path, sink.url);
  try {
    await sleep(IDLE_MS);
    const ready = prepare('json', `${run.file}.new`, 0);
    const before = run.cpu();
    renameSync(ready, run.file);
    const counts = await untilStored(sink, LINES);
    const stored = counts.events - counts.doubled;
    return { eventsPerCpuSecond: Math.round(stored / (run.cpu() - before)), rssMib: Math.round(run.peak()) };
  } finally {
    await run.stop();
    sink.stop();
  }
}

/** Writes the lines, their stamps of the last ten seconds; the file is not yet where it is looked for. */
function prepare(format: LineFormat, path: string, first: number): string {
  const lines = new EventLines(format);
  const start = Date.now() - 10_000;
  writeFileSync(path, lines.head);
  for (let from = 0; from < LINES; from += BATCH) {
    let text = '';
    for (let n = from; n < Math.min(LINES, from + BATCH); n++)
      text += lines.line(first + n, start + Math.floor((n / LINES) * 10_000));
    writeFileSync(path, text, { flag: 'a' });
  }
  return path;
}

interface Counts {
  readonly events: number;
  readonly doubled: number;
  readonly bodyBytes: number;
}

async function untilStored(sink: { ask<T>(path: string): Promise<T> }, expected: number): Promise<Counts> {
  for (const end = Date.now() + DEADLINE_MS; ; await sleep(50)) {
    const counts = await sink.ask<Counts>('/counts');
    if (counts.events - counts.doubled >= expected || Date.now() > end) return counts;
  }
}

build();
const wanted = FORMATS.filter(({ format }) => process.argv[3] === undefined || process.argv[3] === format);
const figures = new Map<LineFormat, Figures>();
for (const format of wanted) {
  const measured = await measure(format);
  figures.set(format.format, measured);
  console.log(`${format.format}: ${JSON.stringify(measured)}`);
}
const peerPath = wanted.some(({ format }) => format === 'json') ? telegraf() : undefined;
const peer = peerPath === undefined ? undefined : await measurePeer(peerPath);
if (peer !== undefined) console.log(`telegraf: ${JSON.stringify(peer)}`);
const all = [...figures.values()];
const rate = (format: LineFormat): number | undefined => figures.get(format)?.eventsPerCpuSecond;
console.log(
  JSON.stringify({
    bench: 'ingest',
    lines: LINES,
    events_per_cpu_s: rate('json'),
    server_log_events_per_cpu_s: rate('server_log'),
    web_log_events_per_cpu_s: rate('web_log'),
    warm_events_per_cpu_s: figures.get('json')?.warmEventsPerCpuSecond,
    peer_events_per_cpu_s: peer?.eventsPerCpuSecond,
    times_the_peer:
      peer === undefined ? undefined : Math.round(((rate('json') ?? 0) / peer.eventsPerCpuSecond) * 10) / 10,
    rss_mib: Math.max(...all.map(({ rssMib }) => rssMib)),
    idle_rss_mib: Math.max(...all.map(({ idleRssMib }) => idleRssMib)),
    lost: all.reduce((sum, { lost }) => sum + lost, 0),
    doubled: all.reduce((sum, { doubled }) => sum + doubled, 0),
  }),
);
