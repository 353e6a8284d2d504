import assert from 'node:assert/strict';
import {
  appendFile,
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

let directory: string;
let world: TailWorld;
let live: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tail-'));
  live = join(directory, 'Octo.txt');
  world = new TailWorld(directory);
});

afterEach(async () => {
  await world.stop();
  await rm(directory, { recursive: true });
});

test('a log found at the first start is read from its end, with a half-written line whole', async () => {
  await writeFile(live, `${lines(1, 3)}${line(4).slice(0, 10)}`);
  world.start();
  await world.scan();
  assert.deepEqual(world.texts, []);
  await appendFile(live, `${line(4).slice(10)}\n${lines(5, 5)}`);
  await world.scan();
  assert.deepEqual(world.texts, expected(4, 5));
});

test('a log found at the first start is read from its beginning where asked for', async () => {
  await writeFile(live, lines(1, 3));
  world.start({ readFrom: 'beginning' });
  await world.scan();
  assert.deepEqual(world.texts, expected(1, 3));
});

test('the end of the first start is kept over a restart before any line', async () => {
  await writeFile(live, lines(1, 3));
  world.start();
  await world.scan();
  await world.stop();
  await appendFile(live, lines(4, 6));
  await world.restart();
  assert.deepEqual(world.texts, expected(4, 6));
});

test('a log that appears later is read from its beginning', async () => {
  world.start();
  await world.scan();
  await writeFile(live, lines(1, 2));
  await world.scan();
  assert.deepEqual(world.texts, expected(1, 2));
});

test('a partial line waits for its end, over a restart too', async () => {
  world.start();
  await world.scan();
  await writeFile(live, `${lines(1, 1)}${line(2).slice(0, 20)}`);
  await world.scan();
  await world.scan();
  assert.deepEqual(world.texts, expected(1, 1));
  await world.restart();
  await appendFile(live, `${line(2).slice(20)}\n`);
  await world.scan();
  assert.deepEqual(world.texts, expected(1, 2));
});

test('ids are the same when a write was durable and its answer lost', async () => {
  await writeFile(live, '');
  world.start();
  await world.scan();
  await appendFile(live, lines(1, 5));
  const before = new Map(world.positions);
  await world.scan();
  const first = world.rows.splice(0);
  world.positions.clear();
  for (const [source, position] of before) world.positions.set(source, position);
  await world.restart();
  assert.deepEqual(world.rows, first);
  assert.equal(new Set(first.map((row) => row.id)).size, 5);
});

test('the old file is read to its end before the new one', async () => {
  world.start({ readBytes: 128 });
  await world.scan();
  await writeFile(live, lines(1, 20));
  await world.scan();
  await appendFile(live, lines(21, 40));
  await rename(live, join(directory, 'Octo.0.txt'));
  await writeFile(live, lines(41, 60));
  await world.scan();
  assert.deepEqual(world.texts, expected(1, 60));
});

test('what is appended to a rotated file is still read', async () => {
  world.start();
  await world.scan();
  await writeFile(live, lines(1, 2));
  await world.scan();
  await rename(live, join(directory, 'Octo.0.txt'));
  await writeFile(live, lines(3, 3));
  await world.scan();
  await appendFile(join(directory, 'Octo.0.txt'), lines(4, 4));
  await world.scan();
  assert.deepEqual(world.texts.toSorted(), expected(1, 4));
});

test('rotations while stopped: archives shift, the rest of the old file comes first, nothing twice', async () => {
  await writeFile(join(directory, 'Octo.0.txt'), lines(900, 905));
  world.start();
  await world.scan();
  await writeFile(live, lines(1, 10));
  await world.scan();
  await world.stop();
  await appendFile(live, lines(11, 15));
  await shiftArchives();
  await writeFile(live, lines(16, 20));
  await shiftArchives();
  await writeFile(live, lines(21, 25));
  await world.restart();
  assert.deepEqual(world.texts, expected(1, 25));
  await world.restart();
  await world.scan();
  assert.equal(world.rows.length, 25);
});

async function shiftArchives(): Promise<void> {
  for (let n = 5; n >= 0; n--) {
    await rename(join(directory, `Octo.${n}.txt`), join(directory, `Octo.${n + 1}.txt`)).catch(() => {});
  }
  await rename(live, join(directory, 'Octo.0.txt'));
}

test('a deleted log is read to its end by the open handle', async () => {
  world.start();
  await world.scan();
  await writeFile(live, lines(1, 2));
  await world.scan();
  await appendFile(live, lines(3, 4));
  await unlink(live);
  for (let i = 0; i < 5; i++) await world.scan();
  assert.deepEqual(world.texts, expected(1, 4));
  assert.equal(world.count('octowatch_log_bytes_destroyed_total'), 0);
});

test('a truncated log is read from its beginning and what it lost is counted', async () => {
  world.start();
  await world.scan();
  await writeFile(live, lines(1, 3));
  await world.scan();
  await appendFile(live, 'half a line');
  await world.scan();
  await truncate(live);
  await world.scan();
  assert.equal(world.count('octowatch_log_bytes_destroyed_total'), 11);
  await appendFile(live, lines(4, 5));
  await world.scan();
  assert.deepEqual(world.texts, expected(1, 5));
  assert.equal(new Set(world.rows.map((row) => row.id)).size, 5);
});

test('a log truncated and grown past the offset is told by its beginning', async () => {
  world.start();
  await world.scan();
  await writeFile(live, lines(1, 3));
  await world.scan();
  await writeFile(live, lines(4, 12));
  await world.scan();
  assert.deepEqual(world.texts, expected(1, 12));
  await world.stop();
  await writeFile(live, lines(20, 40));
  await world.restart();
  assert.deepEqual(world.texts.slice(12), expected(20, 40));
});

test('copytruncate: the copy is not read twice, and what was unread is read from it', async () => {
  world.start();
  await world.scan();
  await writeFile(live, lines(1, 20));
  await world.scan();
  await writeFile(join(directory, 'Octo.0.txt'), lines(1, 20));
  await world.scan();
  await appendFile(live, lines(21, 22));
  await writeFile(join(directory, 'Octo.0.txt'), lines(1, 22));
  await truncate(live);
  await appendFile(live, lines(23, 24));
  await world.scan();
  await world.scan();
  assert.deepEqual(world.texts, expected(1, 24));
  assert.equal(world.count('octowatch_log_bytes_destroyed_total'), 0);
});

test('a line over the limit is refused alone', async () => {
  world.start({ readBytes: 1024, maxLineBytes: 4096 });
  await world.scan();
  await writeFile(live, `${lines(1, 2)}${'x'.repeat(50_000)}`);
  await world.scan();
  await appendFile(live, `${'y'.repeat(50_000)}\n${lines(3, 4)}${'z'.repeat(4096)}\n`);
  await world.scan();
  assert.deepEqual(world.texts, [...expected(1, 4), 'z'.repeat(4096)]);
  assert.equal(world.count('octowatch_log_lines_total', 'refused'), 1);
  assert.equal(world.count('octowatch_log_lines_total', 'parsed'), 5);
});

test('refused lines are written once, with the position that passes over them', async () => {
  world.start();
  await world.scan();
  await writeFile(live, 'bad 1\nbad 2\n');
  await world.scan();
  const committed = world.refused;
  await world.restart();
  assert.equal(world.refused, committed);
  world.failWrites = 1;
  await appendFile(live, `bad 3\n${lines(1, 1)}`);
  const scan = world.scan();
  await until(() => world.refused === 3);
  await scan;
  await appendFile(live, 'bad 4\n');
  await world.scan();
  await rename(live, join(directory, 'Octo.1.txt'));
  await writeFile(live, lines(2, 2));
  for (let look = 0; look < 4; look++) await world.scan();
  assert.equal(world.refused, 4, 'also of a file that is gone');
  await world.restart();
  assert.equal(world.refused, 4);
});

test('a UTF-8 byte order mark is skipped, a UTF-16 file refused by name', async () => {
  world.start();
  await world.scan();
  await writeFile(live, `\uFEFF${lines(1, 1)}`);
  await world.scan();
  assert.deepEqual(world.texts, expected(1, 1));
  await world.stop();
  const other = join(directory, 'Wide.txt');
  world.start({}, ['Wide.txt']);
  await writeFile(other, Buffer.from(`\uFEFF${lines(2, 2)}`, 'utf16le'));
  await world.scan();
  await appendFile(other, Buffer.from(lines(3, 3), 'utf16le'));
  await world.scan();
  assert.equal(world.rows.length, 1);
  assert.equal(world.messages.filter((message) => message.includes('UTF-16')).length, 1);
});

test('links are not followed', async () => {
  const secret = join(directory, 'secret');
  await writeFile(secret, lines(1, 1));
  await symlink(secret, live);
  world.start({ readFrom: 'beginning' });
  await world.scan();
  await world.scan();
  assert.deepEqual(world.texts, []);
  assert.equal(world.messages.filter((message) => message.includes('link')).length, 1);
});

test('a write that fails is tried again with the same rows', async () => {
  world.start();
  await world.scan();
  await writeFile(live, lines(1, 3));
  world.failWrites = 3;
  const scan = world.scan();
  await until(() => world.rows.length === 3);
  await scan;
  assert.deepEqual(world.texts, expected(1, 3));
  assert.equal(world.count('octowatch_log_failures_total'), 3);
});

test('an unreadable archive does not hold up the log', async () => {
  const disk: Disk = {
    ...systemDisk,
    open: (path, mode) =>
      path.endsWith('.0.txt') ? Promise.reject(new Failure('disk', 'EACCES')) : systemDisk.open(path, mode),
  };
  world.start({ disk });
  await world.scan();
  await writeFile(join(directory, 'Octo.0.txt'), lines(1, 2));
  await writeFile(live, lines(3, 4));
  await world.scan();
  assert.deepEqual(world.texts, expected(3, 4));
  assert.equal(world.count('octowatch_log_failures_total'), 1);
});

test('a file on another device after a restart is known by its beginning', async () => {
  world.start();
  await world.scan();
  await writeFile(live, lines(1, 30));
  await world.scan();
  await world.stop();
  await appendFile(live, lines(31, 32));
  const disk: Disk = {
    ...systemDisk,
    stat: async (path) => elsewhere(await systemDisk.stat(path)),
    open: async (path, mode) => {
      const file = await systemDisk.open(path, mode);
      return {
        stat: async () => elsewhere(await file.stat()),
        read: (into, position) => file.read(into, position),
        append: (bytes) => file.append(bytes),
        sync: () => file.sync(),
        truncate: (size) => file.truncate(size),
        close: () => file.close(),
      };
    },
  };
  await world.restart({ disk });
  assert.deepEqual(world.texts, expected(1, 32));
});

function elsewhere<T extends { device: number } | undefined>(found: T): T {
  return found === undefined ? found : { ...found, device: found.device + 1 };
}

test('an inode used again is another file', async () => {
  world.start();
  await world.scan();
  await writeFile(live, lines(1, 5));
  await world.scan();
  const { ino } = await stat(live);
  await world.stop();
  // The same inode with another content is what a deletion and a creation can give.
  await writeFile(live, lines(50, 70));
  assert.equal((await stat(live)).ino, ino);
  await world.restart();
  assert.deepEqual(world.texts, [...expected(1, 5), ...expected(50, 70)]);
  assert.equal(new Set(world.rows.map((row) => row.id)).size, 26);
});

test('lines without rows move the position too, in the end', async () => {
  world.start({ readBytes: 64 * 1024 });
  await world.scan();
  const skipped = `skip ${'.'.repeat(1000)}\n`.repeat(2000);
  await writeFile(live, skipped);
  await world.scan();
  const offsets = [...world.positions.values()].map((value) => (value as { offset?: number }).offset ?? 0);
  assert.ok(Math.max(...offsets) > 1024 * 1024);
  assert.equal(world.count('octowatch_log_lines_total', 'skipped'), 2000);
});

test('a clock that is set back holds up neither new logs nor what failed', async () => {
  let shift = 0;
  let failing = true;
  const clock = { now: () => world.clock.now() - shift, sleep: world.clock.sleep.bind(world.clock) };
  const disk: Disk = {
    ...systemDisk,
    open: (path, mode) =>
      failing ? Promise.reject(new Failure('disk', 'EIO')) : systemDisk.open(path, mode),
  };
  world.start({ clock, disk }, ['Octo*.txt']);
  await world.scan();
  await writeFile(live, lines(1, 2));
  await world.scan();
  failing = false;
  shift = 3_600_000;
  await writeFile(join(directory, 'Octopus.txt'), lines(3, 3));
  for (let look = 0; look < 3; look++) await world.scan();
  assert.deepEqual(world.texts.toSorted(), expected(1, 3));
});

test('run reads what is appended within its poll and ends when aborted', async () => {
  const abort = new AbortController();
  const tailer = world.start();
  const running = tailer.run(abort.signal);
  await until(() => world.positions.size > 0);
  await writeFile(live, lines(1, 1));
  await until(() => world.rows.length === 1);
  await appendFile(live, lines(2, 2));
  await until(() => world.rows.length === 2);
  abort.abort();
  await running;
  assert.deepEqual(world.texts, expected(1, 2));
});

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 100_000 && !condition(); i++) await world.clock.advance(50);
  assert.ok(condition());
}
