import assert from 'node:assert/strict';
import { appendFile, copyFile, mkdtemp, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { expected, lines, TailWorld } from '../../../test/fakes/tail-world.ts';
import { Failure } from '../../model/failure.ts';
import type { Disk } from '../../model/ports.ts';
import { systemDisk } from '../../system/system-disk.ts';

/** Longer than a fingerprint: files that begin with it are alike in their first 512 bytes. */
const BANNER = `skip ${'='.repeat(600)}\n`;

let directory: string;
let world: TailWorld;
let live: string;
let archive: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tail-alike-'));
  live = join(directory, 'Octo.txt');
  archive = join(directory, 'Octo.0.txt');
  world = new TailWorld(directory);
  world.start();
  await world.scan();
});

afterEach(async () => {
  await world.stop();
  await rm(directory, { recursive: true });
});

function ids(): Set<string> {
  return new Set(world.rows.map((row) => row.id));
}

test('files that begin alike: a rotation by renaming loses nothing', async () => {
  await writeFile(live, BANNER + lines(1, 5));
  await world.scan();
  await rename(live, archive);
  await writeFile(live, BANNER + lines(6, 8));
  await world.scan();
  assert.deepEqual(world.texts, expected(1, 8));
});

test('files that begin alike: two rotations while stopped lose and double nothing', async () => {
  await writeFile(live, BANNER + lines(1, 5));
  await world.scan();
  await world.stop();
  await rename(live, join(directory, 'Octo.1.txt'));
  await writeFile(archive, BANNER + lines(6, 8));
  await writeFile(live, BANNER + lines(9, 20));
  await world.restart();
  assert.deepEqual(world.texts, expected(1, 20));
  assert.equal(ids().size, 20);
});

test('files that begin alike: a log truncated and grown past the offset while stopped is read anew', async () => {
  await writeFile(live, BANNER + lines(1, 5));
  await world.scan();
  await world.stop();
  await writeFile(live, BANNER + lines(6, 20));
  await world.restart();
  assert.deepEqual(world.texts, expected(1, 20));
  assert.equal(ids().size, 20);
  assert.equal(world.count('octowatch_log_bytes_destroyed_total'), 0);
});

test('files that begin alike: a deleted log and the new one in its place are two', async () => {
  await writeFile(live, BANNER + lines(1, 5));
  await world.scan();
  await world.stop();
  await rm(live);
  await writeFile(live, BANNER + lines(6, 20));
  await world.restart();
  assert.deepEqual(world.texts, expected(1, 20));
  assert.equal(ids().size, 20);
});

test('a copy is known from its first byte on, as it grows, and after the log was truncated', async () => {
  await writeFile(live, lines(1, 400));
  await world.scan();
  const content = lines(1, 400);
  await writeFile(archive, '');
  await world.scan();
  for (const size of [100, 5000, content.length]) {
    await writeFile(archive, content.slice(0, size));
    await world.scan();
  }
  await appendFile(live, lines(401, 402));
  await copyFile(live, archive);
  await truncate(live);
  await appendFile(live, lines(403, 404));
  for (let look = 0; look < 3; look++) await world.scan();
  assert.deepEqual(world.texts, expected(1, 404));
  await appendFile(archive, lines(500, 500));
  await world.restart();
  assert.deepEqual(world.texts.slice(404), expected(500, 500));
});

test('a log replaced by its edited copy goes on where it was', async () => {
  await writeFile(live, lines(1, 20));
  await world.scan();
  await copyFile(live, join(directory, 'edited'));
  await appendFile(join(directory, 'edited'), lines(21, 22));
  await rename(join(directory, 'edited'), live);
  for (let look = 0; look < 5; look++) await world.scan();
  assert.deepEqual(world.texts, expected(1, 22));
});

test('a short file is known as it grows past its fingerprint over restarts', async () => {
  for (let n = 1; n <= 30; n++) {
    await appendFile(live, lines(n, n));
    await (n % 3 === 0 ? world.restart() : world.scan());
  }
  assert.deepEqual(world.texts, expected(1, 30));
  assert.equal(ids().size, 30);
});

test('a copy that was made before the last lines were read is not read again, nor after a restart', async () => {
  await writeFile(live, BANNER + lines(1, 5));
  await world.scan();
  await copyFile(live, archive);
  await appendFile(live, lines(6, 8));
  await world.scan();
  await truncate(live, 0);
  await appendFile(live, lines(9, 10));
  await world.scan();
  await world.stop();
  await world.restart();
  assert.deepEqual(world.texts, expected(1, 10));
});

test('a copy that was made before the last lines were read is not read when the truncation comes while stopped', async () => {
  await writeFile(live, BANNER + lines(1, 5));
  await world.scan();
  await copyFile(live, archive);
  await appendFile(live, lines(6, 8));
  await world.scan();
  await world.stop();
  await truncate(live, 0);
  await world.restart();
  assert.deepEqual(world.texts, expected(1, 8));
});

test('files that begin alike: an archive shorter than a log that was truncated is read', async () => {
  await writeFile(live, BANNER + lines(1, 3));
  await world.scan();
  await appendFile(live, lines(4, 8));
  await world.scan();
  await truncate(live, 0);
  await writeFile(archive, BANNER + lines(11, 14));
  await appendFile(live, lines(15, 16));
  await world.scan();
  assert.deepEqual(world.texts, [...expected(1, 8), ...expected(11, 16)]);
});

test('a copy seen before the truncation, all in one read with what was appended after it, is not read again', async () => {
  await world.scan();
  await writeFile(live, lines(1, 3));
  await copyFile(live, archive);
  await appendFile(live, lines(4, 6));
  await world.scan();
  await truncate(live);
  await world.scan();
  await appendFile(live, lines(7, 8));
  await world.scan();
  assert.deepEqual(world.texts, expected(1, 8));
});

test('the copy of a log that was truncated and filled again while stopped is known, also when the log opens late', async () => {
  await writeFile(live, lines(1, 5));
  await world.scan();
  await world.stop();
  await copyFile(live, archive);
  await writeFile(live, lines(6, 20));
  let failures = 1;
  const disk: Disk = {
    ...systemDisk,
    open: (path, mode) =>
      path === live && failures-- > 0
        ? Promise.reject(new Failure('disk', 'EIO'))
        : systemDisk.open(path, mode),
  };
  await world.restart({ disk });
  for (let look = 0; look < 3; look++) await world.scan();
  assert.deepEqual(world.texts.toSorted(), expected(1, 20).toSorted());
});

test('a copy is known when the last read had it all and more, and the process was killed then', async () => {
  await writeFile(live, lines(1, 3));
  await copyFile(live, archive);
  await appendFile(live, lines(4, 6));
  const hidden = await readFile(archive);
  await rm(archive);
  await world.scan();
  await world.stop();
  await writeFile(archive, hidden);
  await truncate(live);
  await world.restart();
  await appendFile(live, lines(7, 8));
  await world.scan();
  assert.deepEqual(world.texts, expected(1, 8));
});

test('a copy far shorter than what was read in one go is known', async () => {
  await writeFile(live, BANNER + lines(1, 400));
  await writeFile(archive, BANNER + lines(1, 500));
  await truncate(archive, 9000);
  const hidden = await readFile(archive);
  await rm(archive);
  await world.scan();
  await writeFile(live, lines(501, 502));
  await world.scan();
  await writeFile(archive, hidden);
  await world.scan();
  assert.deepEqual(world.texts, [...expected(1, 400), ...expected(501, 502)]);
});

test('files that begin alike: a shorter archive is read, also when the banner was once all there was', async () => {
  await writeFile(live, BANNER);
  await world.scan();
  await appendFile(live, lines(1, 8));
  await world.scan();
  await truncate(live, 0);
  await world.scan();
  await writeFile(archive, BANNER + lines(11, 12));
  await world.scan();
  assert.deepEqual(world.texts, [...expected(1, 8), ...expected(11, 12)]);
});

test('the half line at the end of a copy is read when it is ended there', async () => {
  await writeFile(live, `${lines(1, 3)}4: ha`);
  await world.scan();
  await copyFile(live, archive);
  await appendFile(live, `lf\n${lines(5, 6)}`);
  const hidden = await readFile(archive);
  await rm(archive);
  await world.scan();
  await truncate(live);
  await world.scan();
  await writeFile(archive, hidden);
  await world.scan();
  await appendFile(archive, 'rd\n');
  await world.scan();
  assert.deepEqual(world.texts, [...expected(1, 3), '4: half', ...expected(5, 6), '4: hard']);
});

test('an archive of a log that cannot be looked at waits for it', async () => {
  await writeFile(live, lines(1, 5));
  await world.scan();
  await world.stop();
  await copyFile(live, archive);
  await writeFile(live, lines(6, 20));
  let failures = 1;
  const disk: Disk = {
    ...systemDisk,
    stat: (path) =>
      path === live && failures-- > 0 ? Promise.reject(new Failure('disk', 'EIO')) : systemDisk.stat(path),
  };
  await world.restart({ disk });
  for (let look = 0; look < 3; look++) await world.scan();
  assert.deepEqual(world.texts.toSorted(), expected(1, 20).toSorted());
});

test('a short copy is known by what was read, also when the log was seen with more', async () => {
  await writeFile(live, lines(1, 4));
  await world.scan();
  await copyFile(live, archive);
  const hidden = await readFile(archive);
  await rm(archive);
  await appendFile(live, '5: half');
  await world.scan();
  await truncate(live);
  await writeFile(archive, hidden);
  await appendFile(live, lines(6, 7));
  for (let look = 0; look < 3; look++) await world.scan();
  assert.deepEqual(world.texts, [...expected(1, 4), ...expected(6, 7)]);
});
