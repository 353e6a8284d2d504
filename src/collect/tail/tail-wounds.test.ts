import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFile,
  mkdir,
  mkdtemp,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  unlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { expected, line, lines, TailWorld } from '../../../test/fakes/tail-world.ts';
import { Failure } from '../../model/failure.ts';
import type { Disk } from '../../model/ports.ts';
import { systemDisk } from '../../system/system-disk.ts';

// What went wrong for users of other tailers, each told of in a public issue of theirs; the rest is in tailer.test.ts.

let directory: string;
let world: TailWorld;
let live: string;
let archive: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tail-wounds-'));
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

const destroyed = (): number => world.count('octowatch_log_bytes_destroyed_total');

test('offset larger than a new file with a reused inode: the new file is read from its beginning', async () => {
  await writeFile(live, lines(1, 50));
  await world.scan();
  const { ino } = await stat(live);
  await world.stop();
  await writeFile(live, lines(60, 62));
  assert.equal((await stat(live)).ino, ino);
  await world.restart();
  assert.deepEqual(world.texts, [...expected(1, 50), ...expected(60, 62)]);
  assert.equal(destroyed(), 0);
});

test('many lines during a rotation, and what comes after it, are all read', async () => {
  await writeFile(live, lines(1, 100_000));
  const reading = world.scan();
  await appendFile(live, lines(100_001, 150_000));
  await rename(live, archive);
  await writeFile(live, lines(150_001, 200_000));
  await reading;
  await world.scan();
  await appendFile(live, lines(200_001, 200_003));
  await world.scan();
  assert.equal(world.rows.length, 200_003);
  assert.deepEqual(world.texts, expected(1, 200_003));
});

test('renamed, then restarted: nothing is read again, under the old name and the new', async () => {
  await writeFile(live, lines(1, 20));
  await world.scan();
  await rename(live, archive);
  await world.restart();
  await writeFile(live, lines(21, 22));
  await world.restart();
  assert.deepEqual(world.texts, expected(1, 22));
});

test('appended to a rotated file, also after a restart and after it was closed: read', async () => {
  await writeFile(live, lines(1, 2));
  await world.scan();
  await rename(live, archive);
  await writeFile(live, lines(3, 3));
  for (let look = 0; look < 70; look++) await world.scan();
  await appendFile(archive, lines(4, 4));
  await world.scan();
  await world.restart();
  await appendFile(archive, lines(5, 5));
  await world.scan();
  assert.deepEqual(world.texts, expected(1, 5));
});

test('a torn line at the end does not make the reader spin', async () => {
  let reads = 0;
  const disk: Disk = {
    ...systemDisk,
    async open(path, mode) {
      const file = await systemDisk.open(path, mode);
      return {
        stat: () => file.stat(),
        read: (into, position) => (reads++, file.read(into, position)),
        append: (bytes) => file.append(bytes),
        sync: () => file.sync(),
        truncate: (size) => file.truncate(size),
        close: () => file.close(),
      };
    },
  };
  await writeFile(live, `${lines(1, 3)}${line(4)}`);
  await world.restart({ disk });
  await world.scan();
  const before = reads;
  for (let look = 0; look < 50; look++) await world.scan();
  assert.equal(reads, before, 'nothing changed, so nothing is read');
  await appendFile(live, '\n');
  await world.scan();
  assert.deepEqual(world.texts, expected(1, 4));
});

test('a file that is gone before its position was committed is no crash loop', async () => {
  await writeFile(live, lines(1, 3));
  await world.scan();
  await unlink(live);
  await world.stop();
  for (let start = 0; start < 3; start++) await world.restart();
  assert.deepEqual(world.texts, expected(1, 3));
  await writeFile(live, lines(4, 5));
  await world.scan();
  assert.deepEqual(world.texts, expected(1, 5));
});

const BAD_STATES: readonly (readonly [string, Partial<Disk>, number])[] = [
  ['the spool takes nothing', {}, Number.POSITIVE_INFINITY],
  ['the directory cannot be read', { list: () => Promise.reject(new Failure('disk', 'EIO')) }, 0],
  ['no file can be opened', { open: () => Promise.reject(new Failure('disk', 'EIO')) }, 0],
];
for (const [state, broken, failWrites] of BAD_STATES) {
  test(`a stop is obeyed while ${state}`, async () => {
    await writeFile(live, lines(1, 3));
    world.failWrites = failWrites;
    const abort = new AbortController();
    const running = world.start({ disk: { ...systemDisk, ...broken } }).run(abort.signal);
    const failures = (): number => world.count('octowatch_log_failures_total');
    for (let i = 0; i < 100_000 && failures() < 3; i++) await world.clock.advance(50);
    abort.abort();
    await running;
    assert.ok(failures() >= 3);
  });
}

test('copytruncate: unread bytes that were seen are counted to the last one, also twice', async () => {
  await writeFile(live, lines(1, 3));
  await world.scan();
  for (const half of ['half a line', 'another half']) {
    await appendFile(live, half);
    await world.scan();
    await truncate(live);
    await world.scan();
    await appendFile(live, lines(4, 4));
    await world.scan();
  }
  assert.equal(destroyed(), 'half a lineanother half'.length);
  assert.equal(world.rows.length, 5);
});

test('files appear, vanish and come back under many names', async () => {
  await world.stop();
  world.start({}, ['Web-*.log', 'Octo.txt']);
  await world.scan();
  for (let day = 1; day <= 20; day++) {
    await writeFile(join(directory, `Web-${day}.log`), lines(day, day));
    if (day > 3) await unlink(join(directory, `Web-${day - 3}.log`));
    await world.scan();
  }
  assert.deepEqual(world.texts, expected(1, 20));
  await rename(join(directory, 'Web-20.log'), join(directory, 'away'));
  for (let look = 0; look < 5; look++) await world.scan();
  await rename(join(directory, 'away'), join(directory, 'Web-20.log'));
  await appendFile(join(directory, 'Web-20.log'), lines(21, 21));
  await world.scan();
  assert.deepEqual(world.texts, expected(1, 21));
});

test('CRLF, and a carriage return whose newline comes later', async () => {
  await writeFile(live, `${line(1)}\r\n${line(2)}\r`);
  await world.scan();
  assert.deepEqual(world.texts, [`${line(1)}\r`]);
  await appendFile(live, '\n');
  await world.scan();
  assert.deepEqual(world.texts, [`${line(1)}\r`, `${line(2)}\r`]);
});

test('a byte order mark that comes byte by byte is still one', async () => {
  const bytes = Buffer.from(`\uFEFF${lines(1, 1)}`);
  for (const byte of [0, 1, 2]) {
    await appendFile(live, bytes.subarray(byte, byte + 1));
    await world.scan();
  }
  await appendFile(live, bytes.subarray(3));
  await world.scan();
  assert.deepEqual(world.texts, expected(1, 1));
});

test('a UTF-16 file is refused by name until it is begun anew in UTF-8', async () => {
  await writeFile(live, Buffer.from(`\uFEFF${lines(1, 2)}`, 'utf16le'));
  for (let look = 0; look < 3; look++) await world.scan();
  assert.equal(world.messages.filter((message) => message.includes('UTF-16')).length, 1);
  await truncate(live);
  await world.scan();
  await appendFile(live, lines(3, 4));
  await world.scan();
  assert.deepEqual(world.texts, expected(3, 4));
});

test('nothing but regular files: no link in the place of a log, no link to its directory below a glob, no pipe', async () => {
  const secret = join(directory, 'secret');
  await mkdir(secret);
  await writeFile(join(secret, 'Octo.txt'), lines(1, 3));
  await writeFile(live, lines(4, 4));
  await world.scan();
  await unlink(live);
  await symlink(join(secret, 'Octo.txt'), live);
  await symlink(secret, archive);
  await symlink(join(secret, 'Octo.txt'), join(directory, 'Octo.1.txt'));
  execFileSync('mkfifo', [join(directory, 'Octo.2.txt')]);
  await mkdir(join(directory, 'Octo.3.txt'));
  for (let look = 0; look < 5; look++) await world.scan();
  await world.restart();
  assert.deepEqual(world.texts, expected(4, 4));
});

test('a log that becomes a link between the look and the opening is not read', async () => {
  const secret = join(directory, 'secret');
  await writeFile(secret, lines(1, 3));
  const disk: Disk = {
    ...systemDisk,
    async open(path, mode) {
      await unlink(live);
      await symlink(secret, live);
      return systemDisk.open(path, mode);
    },
  };
  await writeFile(live, lines(4, 4));
  await world.restart({ disk });
  assert.deepEqual(world.texts, []);
});

/** A disk on which these paths cannot be listed or looked at. */
function brokenAt(...paths: readonly string[]): { disk: Disk; mend: () => void } {
  const broken = new Set(paths);
  const orFail = <T>(path: string, answer: Promise<T>): Promise<T> =>
    broken.has(path) ? Promise.reject(new Failure('disk', `EIO ${path}`)) : answer;
  const disk: Disk = {
    ...systemDisk,
    list: (path) => orFail(path, systemDisk.list(path)),
    stat: (path) => orFail(path, systemDisk.stat(path)),
  };
  return { disk, mend: () => broken.clear() };
}

test('a directory that cannot be read for a while holds up no log of another, and loses nothing', async () => {
  const other = join(directory, 'other');
  const away = join(other, 'Web.txt');
  await mkdir(other);
  const globs = ['Octo.txt', 'other/Web.txt'];
  await world.stop();
  world.start({}, globs);
  await world.scan();
  await writeFile(away, lines(100, 101));
  await world.scan();
  const { disk, mend } = brokenAt(other);
  await world.stop();
  world.start({ disk }, globs);
  for (let look = 0; look < 20; look++) {
    await appendFile(live, lines(look, look));
    await world.scan();
  }
  assert.deepEqual(world.texts.slice(2), expected(0, 19));
  await world.stop();
  world.start({ disk }, globs);
  await world.scan();
  await appendFile(away, lines(102, 103));
  mend();
  await world.scan();
  assert.deepEqual(world.texts.slice(22), expected(102, 103));
  assert.equal(destroyed(), 0);
  const told = world.messages.filter((message) => message.includes('cannot read'));
  assert.ok(told.length > 0 && told.length < 10, `told ${told.length} times`);
});

test('a file that cannot be looked at for a while holds up no other, and is not taken for gone', async () => {
  const { disk, mend } = brokenAt(archive);
  await writeFile(archive, lines(1, 2));
  await writeFile(live, lines(3, 4));
  await world.scan();
  await world.restart({ disk });
  await appendFile(archive, lines(5, 5));
  for (let look = 0; look < 6; look++) await world.scan();
  await appendFile(live, lines(6, 6));
  await world.scan();
  assert.deepEqual(world.texts, [...expected(1, 4), ...expected(6, 6)]);
  mend();
  await world.scan();
  assert.deepEqual(world.texts.slice(5), expected(5, 5));
  assert.equal(destroyed(), 0);
});
