import assert from 'node:assert/strict';
import { test } from 'node:test';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { SimulatedDisk } from '../../test/fakes/simulated-disk.ts';
import { eventBatch, openTestSpool } from '../../test/fakes/spool-harness.ts';
import type { PollCollector } from '../collect/contract.ts';
import { NO_FLEET } from '../collect/fleet-of.ts';
import { createPollRunner } from '../collect/poll-runner.ts';
import { ColumnBatch } from '../model/column-batch.ts';
import { defineDataset } from '../model/dataset.ts';
import { createMatcher } from '../model/matcher.ts';
import type { Batch } from '../model/ports.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createRedactor } from '../redact/redactor.ts';
import { createHead } from '../store/head/head.ts';
import { fanOut } from './fan-out.ts';

const gauge = defineDataset({
  kind: 'gauge',
  name: 'g',
  help: 'A gauge.',
  dimensions: {},
  metrics: { g_up: { type: 'gauge', unit: 'none', help: 'Up.' } },
});
const event = defineDataset({
  kind: 'event',
  name: 'e',
  help: 'An event.',
  dimensions: {},
  fields: {},
  derives: {},
});

const redact = createRedactor();

for (const [dataset, order] of [
  [gauge, ['head', 'spool']],
  [event, ['spool', 'head']],
] as const) {
  test(`a ${dataset.kind} reaches the ${order[0]} first`, async () => {
    const seen: string[] = [];
    const spool = { write: async () => void seen.push('spool') };
    const head = { ingest: () => void seen.push('head') };
    const columns = new ColumnBatch();
    columns.add({ dataset, time: 1, dimensions: {}, values: {} }, 'acme');
    const writer = fanOut(spool, head, new VirtualClock(), redact);
    await writer.write({ source: 's', position: null, columns });
    assert.deepEqual(seen, order);
  });
}

test('what reaches the spool and the head holds no secret', async () => {
  const columns = new ColumnBatch();
  columns.add({ dataset: event, time: 1, dimensions: {}, values: {} }, 'API-ABCDEF123456');
  const seen: string[] = [];
  const see = (batch: ColumnBatch): void => void seen.push(batch.symbols.text(1));
  const spool = { write: async ({ columns: batch }: { columns: ColumnBatch }) => see(batch) };
  const writer = fanOut(spool, { ingest: see }, new VirtualClock(), redact);
  await writer.write({ source: 's', position: null, columns });
  assert.deepEqual(seen, ['API-***', 'API-***']);
});

test('an event that is not durable does not reach the head', async () => {
  const columns = new ColumnBatch();
  columns.add({ dataset: event, time: 1, dimensions: {}, values: {} }, 'acme');
  const full = new Error('the spool is full');
  const head = { ingest: () => assert.fail('it would be counted again') };
  const writer = fanOut({ write: () => Promise.reject(full) }, head, new VirtualClock(), redact);
  await assert.rejects(writer.write({ source: 's', position: null, columns }), full);
});

test('a spool that is full for hours blinds no rule', async () => {
  const clock = new VirtualClock(1_795_000_000_000);
  const disk = new SimulatedDisk();
  const { log } = recordedLog();
  const shared = { clock, log, metrics: NO_METRICS };
  const spool = await openTestSpool(disk, { maxBytes: 700 });
  for (let at = 0; at < 2; at++) await spool.write(eventBatch('log', at, 1));
  const all = { ...shared, disk, directory: 'head', datasets: [gauge], windowMs: 2 * 3_600_000 };
  await using head = await createHead(all);
  const collector: PollCollector = {
    name: 'test',
    datasets: [gauge],
    intervalMs: 60_000,
    async *poll() {
      yield [{ dataset: gauge, time: clock.now(), dimensions: {}, values: { g_up: 1 } }];
    },
  };
  const runner = createPollRunner({
    ...shared,
    collectors: [collector],
    writer: fanOut(spool, head, clock, redact),
    random: () => 0,
    positions: () => undefined,
    fleet: NO_FLEET,
    isSource: () => true,
  });
  const stop = new AbortController();
  const target = { tenant: 'acme', url: 'http://acme', info: {}, files: {}, timeZone: 'UTC' };
  const done = runner.run([target], stop.signal);
  await clock.advance(3_600_000);
  stop.abort();
  await done;
  const isUp = createMatcher('__name__', '=', 'g_up');
  const [series] = head.select([isUp], { start: 0, end: clock.now() });
  assert.equal(series?.timestamps.length, 61);
  const { read, dropped, pending } = spool.ledger;
  assert.deepEqual({ read, dropped, pending }, { read: 2 + 61 * 2, dropped: 61 * 2, pending: 2 });
});

test('what a poll remembers holds no secret on disk; where a file is read stays as it is', async () => {
  const positions: unknown[] = [];
  const spool = { write: async ({ position }: Batch) => void positions.push(position) };
  const writer = fanOut(spool, { ingest: () => undefined }, new VirtualClock(), redact);
  const position = {
    name: 'Password=hunter2;x',
    'API-0123456789ABCDEFGHIJ': [1, null, 'Password=hunter2;x'],
  };
  const batch = { source: 'octopus-api/instance:acme', position, columns: new ColumnBatch() };
  await writer.write(batch);
  await writer.write({ ...batch, idPrefix: 'file' });
  assert.deepEqual(positions, [{ name: 'Password=***;x', 'API-***': [1, null, 'Password=***;x'] }, position]);
});
