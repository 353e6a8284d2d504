import { gunzipSync } from 'node:zlib';
import { ColumnBatch } from '../../src/model/column-batch.ts';
import { defineDataset } from '../../src/model/dataset.ts';
import type { JsonValue } from '../../src/model/json.ts';
import type { Batch, Log } from '../../src/model/ports.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import type { SpoolFrame } from '../../src/spool/spool-frame.ts';
import { openSpool, type Spool, type SpoolOptions } from '../../src/spool/spool.ts';
import type { SimulatedDisk } from './simulated-disk.ts';

/** Events as a test needs them. */
export const requestDataset = defineDataset({
  name: 'request',
  kind: 'event',
  help: 'Requests of a test.',
  dimensions: { route: { help: 'Route.' } },
  fields: {
    duration_seconds: { type: 'double', unit: 'seconds', help: 'Duration.' },
    bytes: { type: 'long', help: 'Size.' },
    user: { type: 'keyword', help: 'User.' },
    message: { type: 'text', help: 'Text.' },
    slow: { type: 'boolean', help: 'Slow.' },
    finished: { type: 'date', help: 'When it ended.' },
  },
  derives: {},
});

/** Gauges as a test needs them. */
export const queueDataset = defineDataset({
  name: 'queue',
  kind: 'gauge',
  help: 'Queues of a test.',
  dimensions: { node: { help: 'Node.' } },
  metrics: {
    test_queue_length: { type: 'gauge', unit: 'none', help: 'Length.' },
    test_seen_total: { type: 'counter', unit: 'none', help: 'Seen.' },
  },
});

export const quietLog: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => quietLog };

/** A batch of `count` events of one source, their ids `<source>-<offset>` from `first` on. */
export function eventBatch(source: string, first: number, count: number, text = ''): Batch {
  const columns = new ColumnBatch();
  const table = columns.table(requestDataset);
  for (let offset = first; offset < first + count; offset++) {
    const row = table.append(1_795_000_000_000 + offset, offset);
    table.dimensions.get('tenant')![row] = columns.symbols.intern('acme');
    table.texts.get('message')![row] = columns.symbols.intern(text);
  }
  return { source, position: first + count, columns, idPrefix: source };
}

/** What a poll read: `count` gauges, of nodes from `first` on. */
export function gaugeBatch(source: string, count: number, first = 0): Batch {
  const columns = new ColumnBatch();
  for (let node = first; node < first + count; node++) {
    const point = {
      time: 1_795_000_000_000,
      dimensions: { node: `n${node}` },
      values: { test_queue_length: 1 },
    };
    columns.add({ dataset: queueDataset, ...point }, 'acme');
  }
  return { source, position: count, columns };
}

/** A batch that only moves a position. */
export function positionBatch(source: string, position: JsonValue): Batch {
  return { source, position, columns: new ColumnBatch() };
}

/** Opens a spool on a simulated disk. */
export function openTestSpool(disk: SimulatedDisk, options: Partial<SpoolOptions> = {}): Promise<Spool> {
  const defaults = { directory: 'spool', namespace: 'test', log: quietLog, metrics: NO_METRICS } as const;
  const clock = new VirtualClock(1000);
  return openSpool({ disk, clock, ...defaults, maxBytes: 1_000_000, policy: 'block', ...options });
}

/** Reads and acknowledges all that is pending; returns the ids of the documents in order. */
export async function drain(spool: Spool): Promise<string[]> {
  const ids: string[] = [];
  for (const frame of await pendingFrames(spool)) {
    ids.push(...idsOf(frame));
    await spool.acknowledge([{ frame, settled: { delivered: frame.documents } }]);
  }
  return ids;
}

/** Reads what is pending without acknowledging it. The frames can be acknowledged until the next read. */
export async function pendingFrames(spool: Spool): Promise<SpoolFrame[]> {
  const frames: SpoolFrame[] = [];
  const stop = new AbortController();
  if (spool.pendingBytes === 0) return [];
  for await (const frame of spool.frames(stop.signal)) {
    frames.push(frame);
    if (!frame.more) stop.abort();
  }
  return frames;
}

/** The ids in a frame's action lines. */
export function idsOf(frame: SpoolFrame): string[] {
  if (frame.documents === 0) return [];
  const lines = gunzipSync(frame.body).toString().trimEnd().split('\n');
  return lines.filter((_, index) => index % 2 === 0).map((line) => JSON.parse(line).create['_id']);
}
