import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulatedDisk } from '../../test/fakes/simulated-disk.ts';
import { quietLog } from '../../test/fakes/spool-harness.ts';
import { Failure } from '../model/failure.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { openDeadLetters, type DeadLetters } from './dead-letters.ts';

const LETTER = { reason: 'no "such" field', action: '{"create":{"_index":"i"}}', document: '{"a":1}' };

function open(disk: SimulatedDisk, maxBytes = 10_000): Promise<DeadLetters> {
  return openDeadLetters({ disk, directory: 'dead', clock: new VirtualClock(0), log: quietLog, maxBytes });
}

function lines(disk: SimulatedDisk, name: string): string[] {
  return (disk.bytes(`dead/${name}`)?.toString() ?? '').split('\n').filter((line) => line !== '');
}

test('a letter is a JSON line with time, reason, action and document, durable', async () => {
  const disk = new SimulatedDisk();
  await (await open(disk)).write([LETTER]);
  const [line] = lines(
    disk.afterPowerCut(() => 0),
    'current.ndjson',
  );
  assert.deepEqual(JSON.parse(line ?? ''), {
    at: '1970-01-01T00:00:00.000Z',
    reason: 'no "such" field',
    action: { create: { _index: 'i' } },
    document: { a: 1 },
  });
});

test('the files never take more than the limit; the newest letters stay', async () => {
  const disk = new SimulatedDisk();
  const letters = await open(disk, 1000);
  for (let at = 0; at < 50; at++) await letters.write([{ ...LETTER, reason: `r${at}` }]);
  const sizes = ['current', 'previous'].map((name) => disk.bytes(`dead/${name}.ndjson`)?.length ?? 0);
  assert.ok(sizes[0]! + sizes[1]! <= 1000 && sizes[1]! > 0);
  assert.match(lines(disk, 'current.ndjson').at(-1) ?? '', /r49/);
});

test('a line torn by a crash does not spoil the next one', async () => {
  const disk = new SimulatedDisk();
  disk.put('dead/current.ndjson', Buffer.from('{"at":"20'));
  await (await open(disk)).write([LETTER]);
  assert.equal(lines(disk, 'current.ndjson').length, 2);
  assert.doesNotThrow(() => JSON.parse(lines(disk, 'current.ndjson')[1] ?? ''));
});

test('a disk that refuses is an error, and the next write works', async () => {
  const disk = new SimulatedDisk();
  const letters = await open(disk);
  disk.fault = () => {
    throw new Failure('disk', 'ENOSPC');
  };
  await assert.rejects(letters.write([LETTER]), { reason: 'disk' });
  disk.fault = () => undefined;
  await letters.write([LETTER]);
  assert.doesNotThrow(() => JSON.parse(lines(disk, 'current.ndjson').at(-1) ?? ''));
});
