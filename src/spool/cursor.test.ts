import assert from 'node:assert/strict';
import { test } from 'node:test';
import { crc32, gzipSync } from 'node:zlib';
import { countedMetrics } from '../../test/contract/counted-metrics.ts';
import { SimulatedDisk } from '../../test/fakes/simulated-disk.ts';
import { drain, eventBatch, openTestSpool, pendingFrames } from '../../test/fakes/spool-harness.ts';
import { Failure } from '../model/failure.ts';
import { VirtualClock } from '../model/virtual-clock.ts';

const CURSOR = 'spool/cursor';

test('an acknowledgement appends one line and syncs once; the next start writes the file anew', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk);
  for (let at = 0; at < 3; at++) await spool.write(eventBatch('a', at, 1));
  const frames = await pendingFrames(spool);
  const seen: string[] = [];
  disk.fault = (operation, path) => void seen.push(`${operation} ${path}`);
  await spool.acknowledge(frames.map((frame) => ({ frame, settled: { delivered: 1 } })));
  assert.deepEqual(seen, [`append ${CURSOR}`, `sync ${CURSOR}`]);
  assert.equal(disk.bytes(CURSOR)!.toString().split('\n').length, 3);
  const after = disk.afterPowerCut(() => 0);
  await openTestSpool(after);
  assert.equal(after.bytes(CURSOR)!.toString().split('\n').length, 2);
});

test('cut or damaged anywhere: the changes up to there hold, the rest is delivered again, the ledger adds up', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk);
  for (let at = 0; at < 4; at++) await spool.write(eventBatch('log:a:f', at, 1));
  for (const frame of await pendingFrames(spool))
    await spool.acknowledge([{ frame, settled: { delivered: 1 } }]);
  const bytes = Buffer.from(disk.bytes(CURSOR)!);
  const ends = [...bytes.keys()].filter((at) => bytes[at] === 0x0a).map((at) => at + 1);
  assert.equal(ends.length, 5);
  for (let at = ends[0]!; at < bytes.length; at += 7) {
    const whole = ends.filter((end) => end <= at).length - 1;
    const flipped = Buffer.from(bytes);
    flipped[at] = flipped[at]! ^ 4;
    for (const content of [bytes.subarray(0, at), flipped]) {
      const hurt = disk.afterKill();
      hurt.put(CURSOR, content);
      const again = await openTestSpool(hurt);
      assert.equal((await drain(again)).length, 4 - whole, `at ${at}`);
      assert.equal(again.ledger.delivered, 4);
      assert.equal(again.imbalance, 0);
    }
  }
});

test('the file does not grow without bounds, and a disk that refuses it for a while costs nothing', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk);
  const source = `log:${'t'.repeat(2000)}:f`;
  let largest = 0;
  for (let at = 0; at < 300; at++) {
    await spool.write(eventBatch(source, at, 1));
    disk.fault = (_operation, path) => {
      if (at % 50 === 49 && path.startsWith(CURSOR)) throw new Failure('disk', 'ENOSPC');
    };
    await drain(spool);
    disk.fault = () => undefined;
    largest = Math.max(largest, disk.bytes(CURSOR)!.length);
  }
  assert.ok(largest > 50_000 && largest < 300_000, `${largest} bytes`);
  const again = await openTestSpool(disk.afterPowerCut(() => 0));
  assert.ok(again.pendingDocuments <= 1, 'the last acknowledgement was refused');
  await drain(again);
  assert.equal(again.ledger.delivered, 300);
});

test('what an earlier version wrote is read: its counts as one source, its pending frames under their own', async () => {
  const disk = new SimulatedDisk();
  disk.put('spool/0000000001.spool', earlierSegment());
  const json = JSON.stringify({
    version: 1,
    segment: 1,
    offset: 0,
    settled: { delivered: 7, deadLettered: 2, dropped: 1 },
  });
  disk.put(CURSOR, Buffer.from(`${crc32(json).toString(16).padStart(8, '0')} ${json}\n`));
  const { metrics, counts } = countedMetrics();
  const spool = await openTestSpool(disk, { metrics });
  const none = { delivered: 0, deadLettered: 0, refused: 0, dropped: 0 };
  assert.deepEqual(spool.ledgerBySource(), [
    { source: 'earlier', ...none, read: 10, delivered: 7, deadLettered: 2, dropped: 1, pending: 0 },
    { source: 'log:acme', ...none, read: 3, pending: 3 },
  ]);
  assert.equal(spool.position('log:acme:f'), 3);
  assert.equal(counts.get('octowatch_ledger_repaired_documents_total{}'), undefined);
  const again = await openTestSpool(disk.afterKill());
  assert.deepEqual(again.ledgerBySource(), spool.ledgerBySource());
  assert.equal((await pendingFrames(again)).length, 1);
});

/** A segment of format 1: a snapshot of ten documents read, and a frame of three. */
function earlierSegment(): Buffer {
  const snapshot = gzipSync(JSON.stringify({ read: 10, positions: [] }));
  return Buffer.concat([
    earlierFrame(1, { source: '' }, 0, snapshot),
    earlierFrame(0, { source: 'log:acme:f', position: 3 }, 3, gzipSync('{}\n{}\n{}\n{}\n{}\n{}\n')),
  ]);
}

function earlierFrame(kind: number, meta: object, documents: number, body: Buffer): Buffer {
  const metaBytes = Buffer.from(JSON.stringify(meta));
  const header = Buffer.alloc(40);
  header.write('OWFR');
  header.writeUInt16LE(1, 4);
  header.writeUInt16LE(kind, 6);
  const numbers = [metaBytes.length, documents, 18, body.length, crc32(metaBytes), crc32(body), 0];
  for (const [at, number] of numbers.entries()) header.writeUInt32LE(number, 8 + at * 4);
  header.writeUInt32LE(crc32(header.subarray(0, 36)), 36);
  return Buffer.concat([header, metaBytes, body]);
}

test('the files can be listed: what is pending, since when, and whose', async () => {
  const clock = new VirtualClock(5000);
  const spool = await openTestSpool(new SimulatedDisk(), { clock, segmentBytes: 600 });
  for (let at = 0; at < 4; at++) {
    await spool.write(eventBatch(at % 2 === 0 ? 'log:b:f' : 'log:a:f', at, 1));
    await clock.advance(1000);
  }
  const [first, second] = await pendingFrames(spool);
  await spool.acknowledge([{ frame: first!, settled: { delivered: 1 } }]);
  const before = await spool.list();
  assert.deepEqual(
    before.map(({ id, pendingDocuments, oldestAt }) => [id, pendingDocuments, oldestAt]),
    [
      [1, 1, 6000],
      [2, 2, 7000],
    ],
  );
  assert.deepEqual(before[1]!.sources, [
    { source: 'log:a', documents: 1 },
    { source: 'log:b', documents: 1 },
  ]);
  await spool.acknowledge([{ frame: second!, settled: { delivered: 1 } }]);
  assert.deepEqual(
    (await spool.list()).map(({ id }) => id),
    [2],
  );
  await drain(spool);
  const [last] = await spool.list();
  assert.deepEqual([last!.pendingBytes, last!.oldestAt, last!.sources], [0, undefined, []]);
});
