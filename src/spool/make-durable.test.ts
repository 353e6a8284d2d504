import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedDisk } from '../../test/fakes/simulated-disk.ts';
import { drain, eventBatch, openTestSpool } from '../../test/fakes/spool-harness.ts';
import { Failure } from '../model/failure.ts';

test('killed before its sync, then a power cut: what the restart took for read is still there', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk);
  await spool.write(eventBatch('a', 0, 2));
  // The process dies in the sync that follows the append.
  const died = Promise.withResolvers<void>();
  disk.fault = (operation) => {
    if (operation === 'sync') died.resolve();
    if (operation === 'sync') throw new Failure('disk', 'killed');
  };
  void spool.write(eventBatch('a', 2, 2)).catch(() => undefined);
  await died.promise;
  const killed = disk.afterKill({ isDurable: false });
  const restarted = await openTestSpool(killed);
  const cut = killed.afterPowerCut(() => 0);
  const again = await openTestSpool(cut);
  assert.deepEqual(again.position('a'), restarted.position('a'));
  assert.equal((await drain(again)).length, Number(restarted.position('a')));
});

test('a restart whose disk fails once writes the segment anew all the same', async () => {
  const disk = new SimulatedDisk();
  await (await openTestSpool(disk)).write(eventBatch('a', 0, 3));
  const killed = disk.afterKill();
  let failures = 1;
  const renamed: string[] = [];
  killed.fault = (operation, path) => {
    if (operation !== 'rename') return;
    if (failures-- > 0) throw new Failure('disk', 'EIO');
    renamed.push(path);
  };
  await openTestSpool(killed);
  assert.equal(renamed[0], 'spool/0000000001.spool.tmp');
});

test('a full disk at the start: no half copy of a segment takes what room is left', async () => {
  const disk = new SimulatedDisk();
  await (await openTestSpool(disk)).write(eventBatch('a', 0, 3));
  const killed = disk.afterKill();
  killed.fault = (operation) => {
    if (operation === 'append') throw new Failure('disk', 'no space left');
  };
  await openTestSpool(killed);
  assert.deepEqual((await killed.list('spool')).toSorted(), ['0000000001.spool', 'cursor']);
});

test('a full disk at the start: the segment that holds the positions stays until another does', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk);
  await spool.write(eventBatch('a', 0, 3));
  disk.fault = (operation, path) => {
    if (operation === 'append' && path.endsWith('.spool')) throw new Failure('disk', 'no space left');
  };
  await assert.rejects(spool.write(eventBatch('a', 3, 1)));
  const killed = disk.afterKill();
  killed.fault = disk.fault;
  const full = await openTestSpool(killed);
  await drain(full);
  await full.close();
  const mended = await openTestSpool(killed.afterKill());
  assert.equal(mended.position('a'), 3);
});
