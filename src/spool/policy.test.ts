import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedDisk } from '../../test/fakes/simulated-disk.ts';
import {
  drain,
  eventBatch,
  gaugeBatch,
  openTestSpool,
  pendingFrames,
} from '../../test/fakes/spool-harness.ts';
import { Failure } from '../model/failure.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import type { Spool } from './spool.ts';

const MAX_BYTES = 20_000;
const SEGMENT_BYTES = MAX_BYTES / 4;

async function fileBytes(disk: SimulatedDisk): Promise<number> {
  const names = (await disk.list('spool')).filter((name) => name.endsWith('.spool'));
  return names.reduce((sum, name) => sum + (disk.bytes(`spool/${name}`)?.length ?? 0), 0);
}

/** A batch whose frame is some 1 to 3 KB: its text cannot be compressed. */
function bulky(source: string, at: number): ReturnType<typeof eventBatch> {
  const text = Array.from({ length: 100 + (at % 3) * 130 }, (_, i) =>
    ((at * 7919 + i * i * 104_729) % 1e9).toString(36),
  );
  return eventBatch(source, at, 1, text.join(''));
}

async function turns(count = 30): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new VirtualClock().advance(0);
}

function assertBalanced(spool: Spool): void {
  assert.equal(spool.imbalance, 0, JSON.stringify(spool.ledgerBySource()));
}

test('drop_oldest: the files stay within the limit and one segment; what went is counted by source', async () => {
  const disk = new SimulatedDisk();
  const options = { maxBytes: MAX_BYTES, policy: 'drop_oldest' } as const;
  const spool = await openTestSpool(disk, options);
  for (let at = 0; at < 60; at++) {
    await Promise.all(['log:a:f', 'log:b:f'].map((source) => spool.write(bulky(source, at))));
    assert.ok((await fileBytes(disk)) <= MAX_BYTES + SEGMENT_BYTES);
    assertBalanced(spool);
    if (at % 20 === 7) await spool.acknowledge((await outcomes(spool)).slice(0, 3));
  }
  const again = await openTestSpool(disk.afterKill(), options);
  for (const each of [spool, again]) {
    const rows = each.ledgerBySource();
    assert.deepEqual(
      rows.map(({ source, read }) => [source, read]),
      [
        ['log:a', 60],
        ['log:b', 60],
      ],
    );
    assert.ok(rows.every(({ dropped, pending }) => dropped > 20 && pending > 0));
    assertBalanced(each);
  }
  assert.equal((await drain(again)).length, spool.pendingDocuments);
});

async function outcomes(spool: Spool): Promise<Parameters<Spool['acknowledge']>[0]> {
  return (await pendingFrames(spool)).map((frame) => ({ frame, settled: { delivered: frame.documents } }));
}

test('block: many writers at once stay within the limit and one segment, and all get in when there is room', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk, { maxBytes: MAX_BYTES });
  const sources = Array.from({ length: 40 }, (_, at) => `log:t${at}:f`);
  const writing = sources.map((source, at) => spool.write(bulky(source, at)));
  const delivered: string[] = [];
  while (delivered.length < sources.length) {
    await turns();
    assert.ok((await fileBytes(disk)) <= MAX_BYTES + SEGMENT_BYTES, `${await fileBytes(disk)} bytes`);
    assertBalanced(spool);
    delivered.push(...(await drain(spool)));
  }
  await Promise.all(writing);
  assert.equal(new Set(delivered).size, sources.length);
  assert.ok(spool.ledgerBySource().every(({ delivered: count, dropped }) => count === 1 && dropped === 0));
});

test('block: what polls could not write is dropped under its own source, and stays so after a restart', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk, { maxBytes: MAX_BYTES });
  const files: Promise<void>[] = [];
  for (let at = 0; at < 30; at++) files.push(spool.write(bulky('log:a:f', at)));
  await turns();
  // Small batches of polls still find some room; in the end there is none.
  const polls = await Promise.allSettled(
    Array.from({ length: 60 }, (_, at) => spool.write(gaugeBatch(`api:t${at % 2}`, 4))),
  );
  const refused = polls.filter((poll) => poll.status === 'rejected');
  assert.ok(refused.length > 10);
  for (const { reason } of refused) assert.equal(reason instanceof Failure && reason.reason, 'budget');
  assertBalanced(spool);
  const rows = spool.ledgerBySource().filter(({ source }) => source.startsWith('api:'));
  assert.equal(
    rows.reduce((sum, { dropped }) => sum + dropped, 0),
    refused.length * 4,
  );
  while (spool.pendingDocuments > 0) {
    await drain(spool);
    await turns();
  }
  await Promise.all(files);
  const again = await openTestSpool(disk.afterKill(), { maxBytes: MAX_BYTES });
  assert.deepEqual(again.ledgerBySource(), spool.ledgerBySource());
});

test('one batch larger than the limit gets in alone', async () => {
  const spool = await openTestSpool(new SimulatedDisk(), { maxBytes: 500 });
  await spool.write(bulky('log:a:f', 2));
  assert.equal((await drain(spool)).length, 1);
});

test('block: a writer that waited for one whose write failed gets its turn', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk, { maxBytes: 500 });
  let isFailing = true;
  disk.fault = (_operation, path) => {
    if (isFailing && path.endsWith('.spool')) throw new Failure('disk', 'ENOSPC');
  };
  const first = assert.rejects(spool.write(bulky('log:a:f', 2)), { reason: 'disk' });
  const second = spool.write(bulky('log:b:f', 2)).catch(() => spool.write(bulky('log:b:f', 2)));
  await first;
  isFailing = false;
  await second;
  assert.equal((await drain(spool)).length, 1);
});

test('after the end nothing is written: another may have opened the directory', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk);
  await spool.write(bulky('log:a:f', 0));
  const late = await outcomes(spool);
  await spool.close();
  const { operations } = disk;
  await spool.acknowledge(late);
  assert.equal(disk.operations, operations);
});

test('a disk too full for the cursor gives up one done segment for it, and what was delivered is not told as dropped', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk, { segmentBytes: 1000 });
  for (let at = 0; at < 6; at++) await spool.write(bulky('log:a:f', at));
  const settledFrames = await outcomes(spool);
  const removed: string[] = [];
  let removedBeforeSaved: number | undefined;
  disk.fault = (operation, path) => {
    if (operation === 'remove' && path.endsWith('.spool')) removed.push(path);
    if (!path.includes('cursor')) return;
    if (removed.length === 0 && operation === 'append') throw new Failure('disk', 'ENOSPC');
    if (operation === 'rename') removedBeforeSaved ??= removed.length;
  };
  await spool.acknowledge(settledFrames);
  assert.equal(removedBeforeSaved, 1);
  assert.ok(removed.length > 2);
  const again = await openTestSpool(disk.afterKill());
  assert.deepEqual([again.ledger.delivered, again.ledger.dropped], [6, 0]);
});

test('a cursor that a disk refuses once is saved before any segment goes', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk, { segmentBytes: 1000 });
  for (let at = 0; at < 4; at++) await spool.write(bulky('log:a:f', at));
  const settledFrames = await outcomes(spool);
  let failures = 2;
  let killed: SimulatedDisk | undefined;
  disk.fault = (operation, path) => {
    if (operation === 'sync' && path.includes('cursor') && failures-- > 0) throw new Failure('disk', 'EIO');
    if (operation === 'remove' && path.endsWith('.spool')) killed ??= disk.afterKill();
  };
  await spool.acknowledge(settledFrames);
  const again = await openTestSpool(killed!);
  assert.deepEqual([again.ledger.delivered, again.ledger.dropped], [4, 0]);
});
