import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SimulatedDisk } from '../../test/fakes/simulated-disk.ts';
import { drain, eventBatch, openTestSpool, pendingFrames } from '../../test/fakes/spool-harness.ts';
import { encodeFrame } from './frame.ts';

const SEGMENT = 'spool/0000000001.spool';

/** A disk with one segment of `frames` frames of one document, and where each frame ends. */
async function filled(frames: number): Promise<{ disk: SimulatedDisk; ends: number[] }> {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk);
  const ends: number[] = [];
  for (let at = 0; at < frames; at++) {
    await spool.write(eventBatch('a', at, 1, 'x'.repeat(at * 7)));
    ends.push(disk.bytes(SEGMENT)!.length);
  }
  return { disk: disk.afterKill(), ends };
}

/** Opens a damaged disk: the intact prefix must be there, the rest must be readable again from the position. */
async function assertPrefix(disk: SimulatedDisk, intact: number): Promise<void> {
  const spool = await openTestSpool(disk);
  assert.equal(spool.position('a'), intact === 0 ? undefined : intact);
  await spool.write(eventBatch('a', intact, 1));
  const expected = Array.from({ length: intact + 1 }, (_, at) => `a-${at}`);
  assert.deepEqual(await drain(spool), expected);
  const { read, delivered, deadLettered, dropped, pending } = spool.ledger;
  assert.equal(read, delivered + deadLettered + dropped + pending);
  const again = await openTestSpool(disk.afterKill());
  assert.equal(again.pendingDocuments, 0);
  assert.equal(again.position('a'), intact + 1);
}

test('cut anywhere: the start succeeds and every whole frame is delivered', async () => {
  const { disk, ends } = await filled(4);
  const bytes = disk.bytes(SEGMENT)!;
  for (let length = 0; length <= bytes.length; length += 3) {
    const cut = new SimulatedDisk();
    cut.put(SEGMENT, bytes.subarray(0, length));
    await assertPrefix(cut, ends.filter((end) => end <= length).length);
  }
});

test('any bit flipped: the start succeeds, frames before it are delivered, the rest is put aside', async () => {
  const { disk, ends } = await filled(4);
  const bytes = disk.bytes(SEGMENT)!;
  const start = bytes.indexOf('OWFR', 1);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: start, max: bytes.length - 1 }),
      fc.integer({ min: 0, max: 7 }),
      async (at, bit) => {
        const flipped = new SimulatedDisk();
        const data = Buffer.from(bytes);
        data[at] = data[at]! ^ (1 << bit);
        flipped.put(SEGMENT, data);
        await assertPrefix(flipped, ends.filter((end) => end <= at).length);
        assert.equal((await flipped.list('spool/quarantine')).length, 1);
      },
    ),
  );
});

test('any garbage as any file: the start succeeds and the spool works', async () => {
  const garbage = fc.uint8Array({ maxLength: 300 });
  await fc.assert(
    fc.asyncProperty(garbage, garbage, garbage, async (cursor, one, two) => {
      const disk = new SimulatedDisk();
      disk.put('spool/cursor', cursor);
      disk.put('spool/cursor.tmp', cursor);
      disk.put('spool/0000000003.spool', one);
      disk.put('spool/0000000007.spool', two);
      const spool = await openTestSpool(disk);
      await spool.write(eventBatch('a', 0, 1));
      assert.deepEqual(await drain(spool), ['a-0']);
    }),
  );
});

test('a damaged middle segment costs its own frames only, and they are counted', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk, { segmentBytes: 200 });
  for (let at = 0; at < 6; at++) await spool.write(eventBatch('a', at, 1));
  const hurt = disk.afterKill();
  const path = 'spool/0000000003.spool';
  const data = hurt.bytes(path)!;
  data[data.indexOf('OWFR', 1) + 50] = 0xff;
  const again = await openTestSpool(hurt, { segmentBytes: 200 });
  assert.equal(again.position('a'), 6);
  const ids = await drain(again);
  assert.ok(ids.length < 6 && ids.includes('a-0') && ids.includes('a-5'));
  assert.deepEqual(again.ledger, {
    read: 6,
    delivered: ids.length,
    deadLettered: 0,
    refused: 0,
    dropped: 6 - ids.length,
    pending: 0,
  });
});

test('a lost cursor: all that is still there is delivered again', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk);
  await spool.write(eventBatch('a', 0, 2));
  await drain(spool);
  const killed = disk.afterKill();
  await killed.remove('spool/cursor');
  const again = await openTestSpool(killed);
  assert.deepEqual(await drain(again), ['a-0', 'a-1']);
  assert.deepEqual(again.ledger, {
    read: 2,
    delivered: 2,
    deadLettered: 0,
    refused: 0,
    dropped: 0,
    pending: 0,
  });
});

test('a newer format is refused, and the message says what to do', async () => {
  const disk = new SimulatedDisk();
  const frame = encodeFrame({
    kind: 'rows',
    meta: { source: 'a' },
    documents: 0,
    rawLength: 0,
    body: new Uint8Array(0),
  });
  frame.writeUInt16LE(9, 4);
  const { crc32 } = await import('node:zlib');
  frame.writeUInt32LE(crc32(frame.subarray(0, 36)), 36);
  disk.put(SEGMENT, frame);
  await assert.rejects(openTestSpool(disk), {
    reason: 'invalid',
    message: /format 9.*run the newer version/,
  });
  assert.deepEqual(disk.bytes(SEGMENT), frame);
});

test('killed or cut from power at any operation: nothing lost, positions and rows together', async () => {
  const total = await operationsOf(new SimulatedDisk());
  assert.ok(total > 30);
  for (let stop = 1; stop <= total; stop++) {
    for (const seed of [0, 0.3, 0.7, 0.999]) await assertSurvives(stop, seed);
  }
});

async function operationsOf(disk: SimulatedDisk): Promise<number> {
  await story(disk);
  return disk.operations;
}

/** What happens before the kill: returns the documents written durably, and those acknowledged. */
async function story(
  disk: SimulatedDisk,
  done: { written: number; acknowledged: number } = { written: 0, acknowledged: 0 },
): Promise<void> {
  const spool = await openTestSpool(disk, { segmentBytes: 300 });
  for (let round = 0; round < 3; round++) {
    for (let at = 0; at < 3; at++) {
      await spool.write(eventBatch('a', round * 3 + at, 1));
      done.written++;
    }
    for (const frame of await pendingFrames(spool)) {
      await spool.acknowledge([{ frame, settled: { delivered: 1 } }]);
      done.acknowledged++;
    }
  }
  await spool.write(eventBatch('a', 9, 1));
  done.written++;
}

async function assertSurvives(stop: number, seed: number): Promise<void> {
  const disk = new SimulatedDisk();
  const done = { written: 0, acknowledged: 0 };
  let after: SimulatedDisk | undefined;
  let seen = { ...done };
  disk.fault = (_operation, _path, count) => {
    if (count !== stop) return;
    after = seed === 0.999 ? disk.afterKill() : disk.afterPowerCut(() => seed);
    seen = { ...done };
  };
  await story(disk, done);
  const spool = await openTestSpool(after!, { segmentBytes: 300 });
  const position = Number(spool.position('a') ?? 0);
  const ids = await drain(spool);
  const expected = Array.from({ length: position }, (_, at) => `a-${at}`).slice(position - ids.length);
  assert.ok(position >= seen.written, `position ${position} after ${seen.written} writes, stop ${stop}`);
  assert.deepEqual(ids, expected, `stop ${stop}`);
  const firstLeft = position - ids.length;
  assert.ok(firstLeft <= seen.acknowledged + 1, `nothing unacknowledged is gone, stop ${stop}`);
  const { read, delivered, deadLettered, dropped, pending } = spool.ledger;
  assert.equal(read, delivered + deadLettered + dropped + pending);
  assert.equal(dropped, 0);
}
