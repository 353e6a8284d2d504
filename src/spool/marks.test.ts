import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedDisk } from '../../test/fakes/simulated-disk.ts';
import { eventBatch, openTestSpool, pendingFrames } from '../../test/fakes/spool-harness.ts';
import { Failure } from '../model/failure.ts';
import type { JsonValue } from '../model/json.ts';
import type { Spool } from './spool.ts';

/** What the frames that are pending say of earlier attempts. */
async function sinces(spool: Spool): Promise<(JsonValue | undefined)[]> {
  return (await pendingFrames(spool)).map(({ since }) => since);
}

async function acknowledgeFirst(spool: Spool, mark?: JsonValue): Promise<void> {
  const [frame] = await pendingFrames(spool);
  await spool.acknowledge([{ frame: frame!, settled: { delivered: 1 } }], mark);
}

test('a frame that was never handed out has no mark; read again, it has the one that held', async () => {
  const spool = await openTestSpool(new SimulatedDisk());
  await spool.write(eventBatch('a', 0, 1));
  assert.deepEqual(await sinces(spool), [undefined]);
  assert.deepEqual(await sinces(spool), [undefined], 'no mark was noted: nothing was sent');
  await spool.noteMark({ logs: '.ds-1' });
  await spool.write(eventBatch('a', 1, 1));
  assert.deepEqual(await sinces(spool), [{ logs: '.ds-1' }, undefined]);
});

test('after a restart: the oldest mark a frame may have gone out under, however often it changed since', async () => {
  let disk = new SimulatedDisk();
  let spool = await openTestSpool(disk);
  await spool.noteMark('one');
  await spool.write(eventBatch('a', 0, 1));
  await sinces(spool);
  for (const mark of ['two', 'three']) {
    disk = disk.afterPowerCut(() => 0);
    spool = await openTestSpool(disk);
    await spool.noteMark(mark);
    await spool.write(eventBatch('a', mark === 'two' ? 1 : 2, 1));
    await sinces(spool);
  }
  spool = await openTestSpool(disk.afterPowerCut(() => 0));
  assert.deepEqual(await sinces(spool), ['one', 'two', 'three']);
  await acknowledgeFirst(spool, 'four');
  assert.deepEqual(await sinces(spool), ['two', 'three']);
});

test('two attempts at once both wait for their mark; one that the disk refused is made durable by the next', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk);
  await spool.write(eventBatch('a', 0, 1));
  await sinces(spool);
  const first = spool.noteMark('one');
  await spool.noteMark('one');
  assert.match(
    disk
      .afterPowerCut(() => 0)
      .bytes('spool/cursor')!
      .toString(),
    /"one"/,
  );
  await first;
  disk.fault = () => {
    throw new Failure('disk', 'ENOSPC');
  };
  await spool.noteMark('two');
  disk.fault = () => undefined;
  await spool.noteMark('two');
  assert.match(
    disk
      .afterPowerCut(() => 0)
      .bytes('spool/cursor')!
      .toString(),
    /"two"/,
  );
});

test('a mark that did not change costs nothing; many are merged to the older ones', async () => {
  const disk = new SimulatedDisk();
  const spool = await openTestSpool(disk);
  await spool.noteMark({ a: [1, { b: 2 }] });
  const { operations } = disk;
  await spool.noteMark({ a: [1, { b: 2 }] });
  assert.equal(disk.operations, operations);
  for (let at = 0; at < 50; at++) {
    await spool.write(eventBatch('a', at, 1));
    await spool.noteMark(at);
    await sinces(spool);
  }
  const again = await openTestSpool(disk.afterKill());
  const found = await sinces(again);
  for (const [at, since] of found.entries()) assert.ok(Number(since) <= at);
  assert.equal(found.at(-1), 49);
  assert.equal(new Set(found).size, 8);
});
