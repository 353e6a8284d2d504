import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { SeededRandom } from './random.ts';
import { ServerLog } from './server-log.ts';

const DAY = 86_400_000;
const NOON = Date.UTC(2026, 10, 21, 12);

async function createLog(t: TestContext, archiveAboveBytes = 1_000_000): Promise<ServerLog> {
  const directory = await mkdtemp(join(tmpdir(), 'octowatch-log-'));
  t.after(() => rm(directory, { recursive: true, force: true }));
  return new ServerLog({
    directory: join(directory, 'acme'),
    random: new SeededRandom('log'),
    archiveAboveBytes,
  });
}

test('lines come out in order of time, exceptions below theirs', async (t) => {
  const log = await createLog(t);
  log.add(NOON + 5, 'ERROR', 'second', 'System.Exception: x\n   at Y()');
  log.add(NOON, 'INFO', 'first');
  await log.flush();
  const lines = (await readFile(log.file, 'utf8')).split('\n');
  assert.match(lines[0]!, /^2026-11-21 12:00:00\.0000 .* INFO {2}first$/);
  assert.match(lines[1]!, /ERROR {2}second$/);
  assert.deepEqual(lines.slice(2), ['System.Exception: x', '   at Y()', '']);
});

test('at midnight the live file is renamed, and a new one begins with the first line of the day', async (t) => {
  const log = await createLog(t);
  log.add(NOON, 'INFO', 'day one');
  await log.flush();
  const { ino } = await stat(log.file);
  log.add(NOON + DAY, 'INFO', 'day two');
  await log.flush();
  const archived = join(log.directory, 'OctopusServer.0.txt');
  assert.equal((await stat(archived)).ino, ino, 'renamed, not copied');
  assert.match(await readFile(archived, 'utf8'), /day one\n$/);
  assert.doesNotMatch(await readFile(log.file, 'utf8'), /day one/);
});

test('seven archives are kept, 0 the newest', async (t) => {
  const log = await createLog(t);
  for (let day = 0; day < 10; day++) log.add(NOON + day * DAY, 'INFO', `day ${day}`);
  await log.flush();
  const names = (await readdir(log.directory)).toSorted();
  assert.deepEqual(names, [
    ...Array.from({ length: 7 }, (_, i) => `OctopusServer.${i}.txt`),
    'OctopusServer.txt',
  ]);
  assert.match(await readFile(join(log.directory, 'OctopusServer.0.txt'), 'utf8'), /day 8\n$/);
  assert.match(await readFile(join(log.directory, 'OctopusServer.6.txt'), 'utf8'), /day 2\n$/);
});

test('a file over the size limit is archived before the next line', async (t) => {
  const log = await createLog(t, 100);
  for (let i = 0; i < 3; i++) log.add(NOON + i, 'INFO', `line ${i} ${'x'.repeat(60)}`);
  await log.flush();
  assert.deepEqual((await readdir(log.directory)).toSorted(), [
    'OctopusServer.0.txt',
    'OctopusServer.1.txt',
    'OctopusServer.txt',
  ]);
});

test('a disk that does not keep up costs lines, not memory', async (t) => {
  const log = await createLog(t);
  for (let i = 0; i < 50_010; i++) log.add(NOON, 'INFO', 'x');
  assert.equal(log.dropped, 10);
});
