import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { countedMetrics } from '../../test/contract/counted-metrics.ts';
import { SimulatedDisk } from '../../test/fakes/simulated-disk.ts';
import { drain, idsOf, openTestSpool, pendingFrames, quietLog } from '../../test/fakes/spool-harness.ts';
import { Failure } from '../model/failure.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { openDeadLetters, type DeadLetterOffice } from './dead-letters.ts';

const LETTER = { reason: 'no "such" field', action: '{"create":{"_index":"i"}}', document: '{"a":1}' };

function open(disk: SimulatedDisk, maxBytes = 10_000, metrics = NO_METRICS): Promise<DeadLetterOffice> {
  const clock = new VirtualClock(0);
  return openDeadLetters({ disk, directory: 'dead', clock, log: quietLog, metrics, maxBytes });
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
  const { metrics, counts } = countedMetrics();
  const letters = await open(disk, 1000, metrics);
  for (let at = 0; at < 50; at++) await letters.write([{ ...LETTER, reason: `r${at}` }]);
  const sizes = ['current', 'previous'].map((name) => disk.bytes(`dead/${name}.ndjson`)?.length ?? 0);
  assert.ok(sizes[0]! + sizes[1]! <= 1000 && sizes[1]! > 0);
  assert.match(lines(disk, 'current.ndjson').at(-1) ?? '', /r49/);
  const kept = lines(disk, 'current.ndjson').length + lines(disk, 'previous.ndjson').length;
  assert.equal(counts.get('octowatch_dead_letters_given_up_total{}'), 50 - kept);
});

test('a line torn by a crash does not spoil the next one', async () => {
  const disk = new SimulatedDisk();
  disk.put('dead/current.ndjson', Buffer.from('{"at":"20'));
  await (await open(disk)).write([LETTER]);
  assert.equal(lines(disk, 'current.ndjson').length, 2);
  assert.doesNotThrow(() => JSON.parse(lines(disk, 'current.ndjson')[1] ?? ''));
});

test('what a failed sync lost at a power cut does not spoil the letter written after it', async () => {
  const disk = new SimulatedDisk();
  const letters = await open(disk);
  disk.fault = (operation) => {
    if (operation === 'sync') throw new Failure('disk', 'EIO');
  };
  await assert.rejects(letters.write([LETTER]), { reason: 'disk' });
  disk.fault = () => undefined;
  const lost = disk.bytes('dead/current.ndjson')!.length;
  await letters.write([LETTER]);
  // The system took the bytes for written when their sync failed: after the cut there are zeros.
  disk.bytes('dead/current.ndjson')!.fill(0, 0, lost);
  assert.doesNotThrow(() => JSON.parse(lines(disk, 'current.ndjson').at(-1) ?? ''));
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

test('a turnover that stops half way is gone on with', async () => {
  const disk = new SimulatedDisk();
  const letters = await open(disk, 200);
  await letters.write([LETTER]);
  disk.fault = (operation) => {
    if (operation === 'create') throw new Failure('disk', 'EMFILE');
  };
  await assert.rejects(letters.write([LETTER]), { reason: 'disk' });
  disk.fault = () => undefined;
  await letters.write([LETTER]);
  assert.equal(lines(disk, 'previous.ndjson').length, 1);
  assert.equal(lines(disk, 'current.ndjson').length, 1);
});

/** Letters of two streams; the documents' numbers are not as JavaScript would write them. */
function letterOf(at: number): { reason: string; action: string; document: string } {
  const stream = at % 2 === 0 ? 'logs-even' : 'logs-odd';
  return {
    reason: `mapper, "action":{} ${at}`,
    action: `{"create":{"_index":"${stream}","_id":"i-${at}"}}`,
    document: `{"n":${at}.0,"text":",\\"document\\":"}`,
  };
}

async function opened(disk: SimulatedDisk, count: number, maxBytes?: number): Promise<DeadLetterOffice> {
  const letters = await open(disk, maxBytes);
  for (let at = 0; at < count; at++) await letters.write([letterOf(at)]);
  return letters;
}

const documentIds = async (letters: DeadLetterOffice): Promise<unknown[]> =>
  (await letters.list(100)).map(({ documentId }) => documentId);

test('the newest letters are listed, newest last, from both files; what is torn is passed over', async () => {
  const disk = new SimulatedDisk();
  disk.put('dead/previous.ndjson', Buffer.from('{"at":"20\n'));
  const letters = await opened(disk, 5, 700);
  const list = await letters.list(3);
  assert.deepEqual(
    list.map(({ documentId, stream }) => [documentId, stream]),
    [
      ['i-2', 'logs-even'],
      ['i-3', 'logs-odd'],
      ['i-4', 'logs-even'],
    ],
  );
  assert.equal(list[2]!.reason, 'mapper, "action":{} 4');
  assert.equal(new Set(list.map(({ id }) => id)).size, 3);
  assert.deepEqual(await letters.list(0), []);
});

test('letters go back through the spool byte for byte, and out of the files; the ledger reads them again', async () => {
  const disk = new SimulatedDisk();
  const letters = await opened(disk, 6, 1300);
  const spool = await openTestSpool(disk);
  const write = (bulk: Uint8Array): Promise<void> => spool.writeRaw('dead-letters', bulk);
  assert.equal(await letters.replay({ stream: 'logs-even' }, write), 3);
  assert.deepEqual(await documentIds(letters), ['i-1', 'i-3', 'i-5']);
  const [frame] = await pendingFrames(spool);
  const even = [0, 2, 4].map((at) => `${letterOf(at).action}\n${letterOf(at).document}\n`);
  const bodies = await pendingFrames(spool);
  assert.equal(bodies.map(({ body }) => gunzipSync(body).toString()).join(''), even.join(''));
  assert.ok(idsOf(frame!).length > 0);
  const [third] = await letters.list(2);
  assert.equal(await letters.replay({ ids: [third!.id] }, write), 1);
  assert.equal(await letters.replay({ reason: ' 5' }, write), 1);
  assert.deepEqual(await drain(spool), ['i-0', 'i-2', 'i-4', 'i-3', 'i-5']);
  const counts = { read: 5, delivered: 5, deadLettered: 0, refused: 0, dropped: 0, pending: 0 };
  assert.deepEqual(spool.ledgerBySource(), [{ source: 'dead-letters', ...counts }]);
  await letters.write([letterOf(7)]);
  assert.deepEqual(await documentIds(letters), ['i-1', 'i-7']);
});

test('what the spool does not take stays; killed or refused anywhere, no letter is lost', async () => {
  const count = 4;
  for (let stop = 1; stop < 14; stop++) {
    const disk = new SimulatedDisk();
    const letters = await opened(disk, count, 800);
    const taken: string[] = [];
    const write = (bulk: Uint8Array): Promise<void> => {
      if (stop === 13) return Promise.reject(new Failure('budget', 'full'));
      taken.push(...[...Buffer.from(bulk).toString().matchAll(/i-\d/g)].map(([id]) => id));
      return Promise.resolve();
    };
    const begin = disk.operations;
    let after: SimulatedDisk | undefined;
    disk.fault = (_operation, _path, at) => {
      if (at !== begin + stop) return;
      after = disk.afterPowerCut(() => 0);
      throw new Failure('disk', 'EIO');
    };
    const replay = letters.replay({}, write);
    if (stop === 13) await assert.rejects(replay, { reason: 'budget' });
    else await replay.catch((error: unknown) => assert.equal(error instanceof Failure, true));
    for (const found of [disk, ...(after === undefined ? [] : [after])]) {
      found.fault = () => undefined;
      const left = await documentIds(await open(found, 800));
      const all = new Set([...taken, ...left]);
      assert.equal(all.size, count, `stop ${stop}`);
    }
    if (stop === 13) assert.equal(taken.length, 0);
  }
});
