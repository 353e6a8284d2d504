import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countedMetrics } from '../../test/contract/counted-metrics.ts';
import { SimulatedDisk } from '../../test/fakes/simulated-disk.ts';
import {
  drain,
  eventBatch,
  gaugeBatch,
  idsOf,
  openTestSpool,
  pendingFrames,
  positionBatch,
} from '../../test/fakes/spool-harness.ts';
import { Failure } from '../model/failure.ts';
import type { Disk } from '../model/ports.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import type { Spool } from './spool.ts';

function segmentsOf(disk: SimulatedDisk): Promise<number> {
  return disk.list('spool').then((names) => names.filter((name) => name.endsWith('.spool')).length);
}

async function balanced(spool: Spool): Promise<void> {
  const { read, delivered, deadLettered, dropped, pending } = spool.ledger;
  assert.equal(read, delivered + deadLettered + dropped + pending);
}

test('what was written comes out in order, once, and the ledger adds up', async () => {
  const spool = await openTestSpool(new SimulatedDisk());
  await Promise.all([spool.write(eventBatch('a', 0, 2)), spool.write(eventBatch('b', 0, 1))]);
  await spool.write(eventBatch('a', 2, 1));
  assert.deepEqual(spool.ledger, {
    read: 4,
    delivered: 0,
    deadLettered: 0,
    refused: 0,
    dropped: 0,
    pending: 4,
  });
  assert.deepEqual(await drain(spool), ['a-0', 'a-1', 'b-0', 'a-2']);
  assert.deepEqual(spool.ledger, {
    read: 4,
    delivered: 4,
    deadLettered: 0,
    refused: 0,
    dropped: 0,
    pending: 0,
  });
  assert.equal(spool.pendingBytes, 0);
});

test('after a kill: positions and pending frames as committed, acknowledged ones gone', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk);
  await spool.write(eventBatch('a', 0, 1));
  await spool.write(eventBatch('a', 1, 1));
  const [first] = await pendingFrames(spool);
  await spool.acknowledge([{ frame: first!, settled: { deadLettered: 1 } }]);
  const again = await openTestSpool(disk.afterKill());
  assert.equal(again.position('a'), 2);
  assert.equal(again.position('b'), undefined);
  assert.deepEqual(again.ledger, {
    read: 2,
    delivered: 0,
    deadLettered: 1,
    refused: 0,
    dropped: 0,
    pending: 1,
  });
  assert.deepEqual(await drain(again), ['a-1']);
});

test('a batch without rows moves its position and leaves nothing to deliver', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk);
  await spool.write(positionBatch('a', { offset: 7, seen: ['x'] }));
  const frames = await pendingFrames(spool);
  assert.deepEqual(
    frames.map(({ documents }) => documents),
    [0],
  );
  await spool.acknowledge([{ frame: frames[0]!, settled: {} }]);
  assert.equal(spool.pendingBytes, 0);
  const again = await openTestSpool(disk.afterKill());
  assert.deepEqual(again.position('a'), { offset: 7, seen: ['x'] });
});

test('a batch of several frames commits its position with the last: cut before it, all is read again', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk, { maxBytes: 100_000_000 });
  await spool.write(eventBatch('a', 0, 1));
  await spool.write(eventBatch('a', 1, 5000, 'x'.repeat(1000)));
  const path = 'spool/0000000001.spool';
  const whole = disk.bytes(path)!;
  assert.equal((await pendingFrames(spool)).length, 3);
  const cut = new SimulatedDisk();
  cut.put(path, whole.subarray(0, whole.length - 1));
  const again = await openTestSpool(cut, { maxBytes: 100_000_000 });
  assert.equal(again.position('a'), 1);
  assert.equal((await pendingFrames(again)).length, 2);
});

test('segments go once acknowledged, and positions outlive them', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk, { segmentBytes: 400 });
  for (let at = 0; at < 10; at++) await spool.write(eventBatch(`s${at}`, 0, 1));
  assert.ok((await segmentsOf(disk)) > 3);
  await drain(spool);
  assert.equal(await segmentsOf(disk), 1);
  const again = await openTestSpool(disk.afterKill());
  for (let at = 0; at < 10; at++) assert.equal(again.position(`s${at}`), 1);
  await balanced(again);
});

test('opening and closing again and again leaves one segment', async () => {
  const disk = new SimulatedDisk();
  for (let time = 0; time < 5; time++) await (await openTestSpool(disk)).close();
  assert.equal(await segmentsOf(disk), 1);
});

test('frames are acknowledged one by one in their order; another order is refused and loses nothing', async () => {
  const spool = await openTestSpool(new SimulatedDisk());
  for (let at = 0; at < 3; at++) await spool.write(eventBatch('a', at, 1));
  const [first, second, third] = await pendingFrames(spool);
  await assert.rejects(spool.acknowledge([{ frame: third!, settled: { delivered: 1 } }]), /order/);
  const settled = { delivered: 1 };
  await spool.acknowledge([
    { frame: first!, settled },
    { frame: second!, settled: { deadLettered: 1 } },
  ]);
  const ledger = { read: 3, delivered: 1, deadLettered: 1, refused: 0, dropped: 0, pending: 1 };
  assert.deepEqual(spool.ledger, ledger);
  assert.deepEqual(await drain(spool), ['a-2']);
});

test('block: a full spool lets writers wait until the store has taken something', async () => {
  const spool = await openTestSpool(new SimulatedDisk(), { maxBytes: 700 });
  await spool.write(eventBatch('a', 0, 2));
  await spool.write(eventBatch('a', 2, 2));
  let written = false;
  const waiting = spool.write(eventBatch('a', 4, 1)).then(() => (written = true));
  await new VirtualClock().advance(0);
  assert.equal(written, false);
  assert.deepEqual(await drain(spool), ['a-0', 'a-1', 'a-2', 'a-3']);
  await waiting;
  assert.deepEqual(await drain(spool), ['a-4']);
});

test('block: a full spool does not hold up polls: gauges are dropped and counted, their events asked for again', async () => {
  const { metrics, counts } = countedMetrics();
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk, { maxBytes: 700, metrics });
  for (let at = 0; at < 2; at++) await spool.write(eventBatch('log', at, 1));
  const refused = { name: 'Failure', reason: 'budget' };
  await assert.rejects(spool.write(gaugeBatch('poll', 3)), refused);
  const { idPrefix: _file, ...polled } = eventBatch('poll', 0, 2);
  await assert.rejects(spool.write(polled), refused);
  const ledger = { read: 5, delivered: 0, deadLettered: 0, refused: 0, dropped: 3, pending: 2 };
  assert.deepEqual(spool.ledger, ledger);
  assert.equal(counts.get('octowatch_spool_dropped_documents_total{}'), 3);
  assert.equal(spool.position('poll'), undefined);
  assert.equal((await drain(spool)).length, 2);
  await spool.write(gaugeBatch('poll', 1));
  const again = await openTestSpool(disk.afterKill());
  assert.deepEqual(again.ledger, { ...ledger, read: 6, delivered: 2, pending: 1 });
});

test('block: those that wait are refused at shutdown', async () => {
  const stop = new AbortController();
  const spool = await openTestSpool(new SimulatedDisk(), { maxBytes: 700, signal: stop.signal });
  for (let at = 0; at < 2; at++) await spool.write(eventBatch('a', at, 1));
  const refused = { name: 'Failure', reason: 'aborted' };
  const waiting = assert.rejects(spool.write(eventBatch('a', 2, 1)), refused);
  await new VirtualClock().advance(0);
  stop.abort();
  await waiting;
  await assert.rejects(spool.write(eventBatch('a', 2, 1)), refused);
  await drain(spool);
  await spool.write(eventBatch('a', 2, 1));
});

test('a source that gave up its position is forgotten', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk);
  await spool.write(positionBatch('file', { offset: 7 }));
  await spool.write(positionBatch('file', null));
  assert.equal(spool.position('file'), undefined);
  assert.equal((await openTestSpool(disk.afterKill())).position('file'), undefined);
});

test('block: closing refuses those that wait', async () => {
  const spool = await openTestSpool(new SimulatedDisk(), { maxBytes: 700 });
  for (let at = 0; at < 2; at++) await spool.write(eventBatch('a', at, 1));
  const waiting = assert.rejects(spool.write(eventBatch('a', 2, 1)), { name: 'Failure', reason: 'aborted' });
  await spool.close();
  await waiting;
});

test('drop_oldest: the newest stay, the dropped are counted, the limit holds', async () => {
  const { metrics, counts } = countedMetrics();
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk, { maxBytes: 2000, policy: 'drop_oldest', metrics });
  for (let at = 0; at < 50; at++) {
    await spool.write(eventBatch('a', at, 1));
    assert.ok(spool.pendingBytes <= 2000);
    await balanced(spool);
  }
  const { dropped, pending } = spool.ledger;
  assert.equal(dropped + pending, 50);
  assert.equal(counts.get('octowatch_spool_dropped_documents_total{}'), dropped);
  const again = await openTestSpool(disk.afterKill(), { maxBytes: 2000, policy: 'drop_oldest' });
  assert.equal(again.position('a'), 50);
  const ids = await drain(again);
  assert.equal(ids.at(-1), `a-${(49).toString(36)}`);
  assert.equal(ids.length, pending);
  await balanced(again);
});

test('drop_oldest: acknowledging what was dropped meanwhile changes nothing', async () => {
  const spool = await openTestSpool(new SimulatedDisk(), { maxBytes: 1000, policy: 'drop_oldest' });
  await spool.write(eventBatch('a', 0, 1));
  const [first] = await pendingFrames(spool);
  for (let at = 1; at < 20; at++) await spool.write(eventBatch('a', at, 1));
  const before = spool.ledger;
  await spool.acknowledge([{ frame: first!, settled: { delivered: 1 } }]);
  assert.deepEqual(spool.ledger, before);
});

test('a failed sync: the file is not trusted again, the rows go to a new one, once each', async () => {
  for (const operation of ['sync', 'append']) {
    const disk = new SimulatedDisk();
    const spool = await openTestSpool(disk);
    await spool.write(eventBatch('a', 0, 1));
    let failing = true;
    disk.fault = (current, path) => {
      if (!failing || current !== operation || !path.endsWith('.spool')) return;
      failing = false;
      throw new Failure('disk', 'EIO');
    };
    await spool.write(eventBatch('a', 1, 1));
    assert.equal(await segmentsOf(disk), 2, operation);
    assert.deepEqual(await drain(spool), ['a-0', 'a-1']);
    await balanced(spool);
  }
});

test('a full disk: the write fails, its position stays back, and a later one works', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk);
  await spool.write(eventBatch('a', 0, 1));
  disk.fault = () => {
    throw new Failure('disk', 'ENOSPC');
  };
  await assert.rejects(spool.write(eventBatch('a', 1, 1)), { reason: 'disk' });
  assert.equal(spool.position('a'), 1);
  disk.fault = () => undefined;
  await spool.write(eventBatch('a', 1, 1));
  assert.deepEqual(await drain(spool), ['a-0', 'a-1']);
});

test('a full disk: attempts that fail leave no files behind, and what was polled counts as dropped', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk);
  await spool.write(eventBatch('a', 0, 1));
  const before = await disk.list('spool');
  disk.fault = (operation) => {
    if (operation === 'append') throw new Failure('disk', 'ENOSPC');
  };
  for (let at = 0; at < 5; at++) {
    await assert.rejects(spool.write(eventBatch('a', 1, 1)), { reason: 'disk' });
    await assert.rejects(spool.write(gaugeBatch('poll:acme', 2)), { reason: 'disk' });
  }
  disk.fault = () => undefined;
  assert.deepEqual(await disk.list('spool'), before);
  const { read, dropped, pending } = spool.ledger;
  assert.deepEqual({ read, dropped, pending }, { read: 11, dropped: 10, pending: 1 });
});

test('a record that goes bad on the disk is given up and counted; what is written later still comes', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk);
  for (let at = 0; at < 3; at++) await spool.write(eventBatch('a', at, 1));
  const [first] = await pendingFrames(spool);
  const path = 'spool/0000000001.spool';
  const bytes = Buffer.from(disk.bytes(path)!);
  await spool.acknowledge([{ frame: first!, settled: { delivered: 1 } }]);
  const second = bytes.indexOf('OWFR', bytes.indexOf('OWFR', 1) + 1);
  const data = disk.bytes(path)!;
  data[second + 60] = data[second + 60]! ^ 1;
  await spool.write(eventBatch('a', 3, 1));
  const seen: string[] = [];
  const stop = new AbortController();
  const reading = (async () => {
    for await (const frame of spool.frames(stop.signal)) {
      seen.push(...idsOf(frame));
      await spool.acknowledge([{ frame: frame, settled: { delivered: frame.documents } }]);
    }
  })();
  await new VirtualClock().advance(0);
  for (let turn = 0; turn < 20; turn++) await new VirtualClock().advance(0);
  await spool.write(eventBatch('a', 4, 1));
  for (let turn = 0; turn < 20; turn++) await new VirtualClock().advance(0);
  stop.abort();
  await reading;
  assert.deepEqual(seen, ['a-4']);
  assert.deepEqual(spool.ledger, {
    read: 5,
    delivered: 2,
    deadLettered: 0,
    refused: 0,
    dropped: 3,
    pending: 0,
  });
  assert.equal((await disk.list('spool/quarantine')).length, 1);
});

test('a segment that cannot be read, nor copied aside, is moved aside and not removed', async () => {
  const disk = new SimulatedDisk();
  const clock = new VirtualClock(1000);
  const path = 'spool/0000000001.spool';
  let isHurt = false;
  const hurt: Disk = {
    open: (name, mode) =>
      isHurt && name === path && mode === 'read'
        ? Promise.reject(new Failure('disk', 'EIO'))
        : disk.open(name, mode),
    stat: (name) => disk.stat(name),
    list: (name) => disk.list(name),
    mkdir: (name) => disk.mkdir(name),
    rename: (from, to) => disk.rename(from, to),
    remove: (name) => disk.remove(name),
    syncDirectory: (name) => disk.syncDirectory(name),
  };
  const spool = await openTestSpool(disk, { disk: hurt, clock });
  await spool.write(eventBatch('a', 0, 2));
  const bytes = Buffer.from(disk.bytes(path)!);
  isHurt = true;
  const stop = new AbortController();
  const reading = (async () => {
    for await (const frame of spool.frames(stop.signal))
      await spool.acknowledge([{ frame, settled: { delivered: frame.documents } }]);
  })();
  await clock.advance(30_000);
  await spool.write(eventBatch('a', 2, 1));
  await clock.advance(1000);
  stop.abort();
  await reading;
  const { dropped, delivered, pending } = spool.ledger;
  assert.deepEqual({ dropped, delivered, pending }, { dropped: 2, delivered: 1, pending: 0 });
  assert.equal(disk.bytes(path), undefined);
  const [kept] = await disk.list('spool/quarantine');
  assert.deepEqual(disk.bytes(`spool/quarantine/${kept}`), bytes);
});

test('a directory has one owner', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk);
  await assert.rejects(openTestSpool(disk), { reason: 'invalid' });
  await spool.close();
  await (await openTestSpool(disk)).close();
});

test('frames wait for new ones and end with the signal', async () => {
  const spool = await openTestSpool(new SimulatedDisk());
  const stop = new AbortController();
  const frames = spool.frames(stop.signal)[Symbol.asyncIterator]();
  const next = frames.next();
  await spool.write(eventBatch('a', 0, 1));
  assert.equal((await next).value.documents, 1);
  const last = frames.next();
  stop.abort();
  assert.equal((await last).done, true);
});
