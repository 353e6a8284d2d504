import assert from 'node:assert/strict';
import test from 'node:test';
import { gunzipSync } from 'node:zlib';
import { countedMetrics } from '../../test/contract/counted-metrics.ts';
import { SimulatedDisk } from '../../test/fakes/simulated-disk.ts';
import {
  drain,
  eventBatch,
  gaugeBatch,
  openTestSpool,
  pendingFrames,
  positionBatch,
} from '../../test/fakes/spool-harness.ts';
import { VirtualClock } from '../model/virtual-clock.ts';

test('polls of a collector that end within half a second share a frame, each with its position', async () => {
  const disk = new SimulatedDisk();
  const clock = new VirtualClock();
  const spool = await openTestSpool(disk, { clock });
  const writes = [
    spool.write(gaugeBatch('octopus-api/nodes:acme', 2)),
    spool.write(gaugeBatch('octopus-api/nodes:globex', 3)),
    spool.write(gaugeBatch('octopus-api/ping:acme', 1)),
  ];
  await clock.advance(499);
  assert.equal(spool.ledger.read, 0);
  await clock.advance(1);
  await Promise.all(writes);
  const frames = await pendingFrames(spool);
  assert.deepEqual(
    frames.map(({ source, documents }) => [source, documents]),
    [
      ['octopus-api/nodes', 5],
      ['octopus-api/ping', 1],
    ],
  );
  const again = await openTestSpool(disk.afterKill(), { clock });
  assert.equal(again.position('octopus-api/nodes:globex'), 3);
  assert.equal(again.position('octopus-api/ping:acme'), 1);
  assert.deepEqual(
    again.ledgerBySource().map(({ source, read, pending }) => [source, read, pending]),
    [
      ['octopus-api/nodes', 5, 5],
      ['octopus-api/ping', 1, 1],
    ],
  );
});

test('each document of a frame is there, whatever was gathered after it', async () => {
  const clock = new VirtualClock();
  const spool = await openTestSpool(new SimulatedDisk(), { clock });
  const writes = [3, 1, 2].map((count, poll) =>
    spool.write(gaugeBatch(`octopus-api/nodes:tenant-${poll}`, count, 10 * poll)),
  );
  await clock.advance(500);
  await Promise.all(writes);
  const [frame] = await pendingFrames(spool);
  assert.ok(frame);
  const lines = gunzipSync(frame.body).toString().trimEnd().split('\n');
  assert.deepEqual(
    lines.filter((_, index) => index % 2 === 1).map((line) => (JSON.parse(line) as { node: string }).node),
    ['n0', 'n1', 'n2', 'n10', 'n20', 'n21'],
  );
});

test('events, and what files yield, do not wait', async () => {
  const spool = await openTestSpool(new SimulatedDisk());
  const { idPrefix: _file, ...polled } = eventBatch('octopus-api/tasks-completed:acme', 0, 2);
  await spool.write(polled);
  await spool.write(eventBatch('octopus-server-log:acme:/logs/a.txt', 0, 2));
  assert.equal(spool.ledger.read, 4);
});

test('what fills frames by itself does not wait either, and is cut into several', async () => {
  const spool = await openTestSpool(new SimulatedDisk());
  await spool.write(gaugeBatch('prometheus/scrape:large', 40_000));
  const frames = await pendingFrames(spool);
  assert.equal(
    frames.reduce((sum, { documents }) => sum + documents, 0),
    40_000,
  );
  assert.ok(frames.length > 1 && frames.every(({ rawLength }) => rawLength < 5 * 1024 * 1024));
});

test('a position of null is written where it forgets one', async () => {
  const disk = new SimulatedDisk();
  const clock = new VirtualClock();
  const spool = await openTestSpool(disk, { clock });
  for (const position of [7, null]) {
    const written = spool.write(positionBatch('aws/launches:main', position));
    await clock.advance(500);
    await written;
    const again = await openTestSpool(disk.afterKill(), { clock });
    assert.equal(again.position('aws/launches:main'), position ?? undefined);
  }
});

test('what was gathered is written when the spool closes', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk);
  const written = spool.write(gaugeBatch('octopus-api/nodes:acme', 2));
  await spool.close();
  await written;
  const again = await openTestSpool(disk.afterKill());
  assert.equal((await drain(again)).length, 2);
});

test('a full spool refuses each of those that were gathered, and counts what they had', async () => {
  const { metrics, counts } = countedMetrics();
  const clock = new VirtualClock();
  const spool = await openTestSpool(new SimulatedDisk(), { clock, maxBytes: 700, metrics });
  for (let at = 0; at < 2; at++) await spool.write(eventBatch('log', at, 1));
  const refused = ['acme', 'globex'].map((tenant) =>
    assert.rejects(spool.write(gaugeBatch(`octopus-api/nodes:${tenant}`, 3)), { reason: 'budget' }),
  );
  await clock.advance(500);
  await Promise.all(refused);
  assert.equal(counts.get('octowatch_spool_dropped_documents_total{}'), 6);
  assert.equal(spool.ledger.dropped, 6);
  assert.equal(spool.imbalance, 0);
});
