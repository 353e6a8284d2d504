import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rename, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { constants, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { expected, line, lines, TailWorld } from '../../../test/fakes/tail-world.ts';
import { Failure } from '../../model/failure.ts';
import type { Disk } from '../../model/ports.ts';
import { systemDisk } from '../../system/system-disk.ts';
import { withZstd } from './zstd-disk.ts';

let directory: string;
let world: TailWorld;
let live: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tail-zstd-'));
  live = join(directory, 'Octo.txt.zst');
  world = new TailWorld(directory);
});

afterEach(async () => {
  await world.stop();
  await rm(directory, { recursive: true });
});

const GLOBS = ['*.zst'];
const destroyed = (): number => world.count('octowatch_log_bytes_destroyed_total');
const told = (word: string): number => world.messages.filter((message) => message.includes(word)).length;

async function start(options: Parameters<TailWorld['start']>[0] = {}): Promise<void> {
  world.start(options, GLOBS);
  await world.scan();
}

async function restart(): Promise<void> {
  await world.stop();
  await start();
}

function ids(): number {
  return new Set(world.rows.map((row) => row.id)).size;
}

test('frames are read as they are appended, over restarts too', async () => {
  await start();
  for (let n = 1; n <= 60; n += 3) {
    await appendFile(live, zstdCompressSync(lines(n, n + 1)));
    await appendFile(live, zstdCompressSync(lines(n + 2, n + 2)));
    await (n % 4 === 0 ? restart() : world.scan());
  }
  assert.deepEqual(world.texts, expected(1, 60));
  assert.equal(ids(), 60);
  await restart();
  assert.equal(world.rows.length, 60);
});

test('a frame that is not whole waits for the rest; a line may go over two', async () => {
  await start();
  const frames = Buffer.concat([
    zstdCompressSync(`${lines(1, 9)}${line(10).slice(0, 7)}`),
    zstdCompressSync(`${line(10).slice(7)}\n${lines(11, 5000)}`),
  ]);
  for (let end = 0; end < frames.length; end += 1000) {
    await appendFile(live, frames.subarray(end, end + 1000));
    await (end % 3000 === 0 ? restart() : world.scan());
  }
  assert.deepEqual(world.texts, expected(1, 5000));
  assert.equal(destroyed(), 0);
});

test('the first start begins at the end of the content; the position is one in the content', async () => {
  await writeFile(live, zstdCompressSync(lines(1, 3000)));
  await start();
  assert.deepEqual(world.texts, []);
  await appendFile(live, zstdCompressSync(lines(3001, 3001)));
  await world.scan();
  assert.deepEqual(world.texts, expected(3001, 3001));
  const offsets = [...world.positions.values()].map((value) => (value as { offset?: number }).offset ?? 0);
  assert.equal(Math.max(...offsets), Buffer.byteLength(lines(1, 3001)));
});

test('a large file is read whole in small reads, with lines longer than a read', async () => {
  const long = 'x'.repeat(300_000);
  const content = `${lines(1, 40_000)}${long}\n${lines(40_001, 60_000)}`;
  await start({ readBytes: 64 * 1024 });
  await writeFile(live, zstdCompressSync(content));
  await world.scan();
  assert.equal(world.rows.length, 60_001);
  assert.deepEqual(world.texts, [...expected(1, 40_000), long, ...expected(40_001, 60_000)]);
});

test('a file is known under another name, and unread content of a deleted one is counted', async () => {
  await start();
  await writeFile(live, zstdCompressSync(lines(1, 100)));
  await world.scan();
  await rename(live, join(directory, 'Other.zst'));
  await restart();
  assert.deepEqual(world.texts, expected(1, 100));
  await appendFile(join(directory, 'Other.zst'), zstdCompressSync('no end'));
  await world.scan();
  await rm(join(directory, 'Other.zst'));
  for (let look = 0; look < 4; look++) await world.scan();
  assert.equal(world.rows.length, 100);
});

test('a file that is written anew in place is read anew', async () => {
  await start();
  await writeFile(live, zstdCompressSync(lines(1, 50)));
  await world.scan();
  await writeFile(live, zstdCompressSync(lines(51, 60)));
  await world.scan();
  await writeFile(live, zstdCompressSync(lines(61, 900)));
  await world.scan();
  await truncate(live);
  await world.scan();
  await writeFile(live, zstdCompressSync(lines(901, 902)));
  await world.scan();
  assert.deepEqual(world.texts, expected(1, 902));
  assert.equal(ids(), 902);
  assert.equal(destroyed(), 0);
});

test('a corrupt frame is told of by name and given up, what is before it is read', async () => {
  const good = zstdCompressSync(lines(1, 20));
  const bad = Buffer.from(zstdCompressSync(lines(21, 40)));
  bad.fill(0xff, 4, 12);
  await start();
  await writeFile(live, Buffer.concat([good, bad]));
  for (let look = 0; look < 5; look++) await world.scan();
  assert.deepEqual(world.texts, expected(1, 20));
  assert.equal(told('corrupt'), 1);
  assert.ok(destroyed() > 0 && destroyed() <= bad.length, String(destroyed()));
  const before = destroyed();
  await appendFile(live, good);
  for (let look = 0; look < 5; look++) await world.scan();
  assert.deepEqual([world.rows.length, told('corrupt'), destroyed()], [20, 1, before + good.length]);
  await writeFile(join(directory, 'B.zst'), zstdCompressSync(lines(50, 52)));
  await world.scan();
  assert.deepEqual(world.texts.slice(20), expected(50, 52));
  await writeFile(live, zstdCompressSync(lines(60, 61)));
  await world.scan();
  assert.deepEqual(world.texts.slice(23), expected(60, 61), 'a good one in its place is read');
});

test('what is no zstd at all is told of by name, every byte counted', async () => {
  await start();
  await writeFile(live, lines(1, 3));
  for (let look = 0; look < 3; look++) await world.scan();
  assert.deepEqual([world.rows.length, told('corrupt'), destroyed()], [0, 1, lines(1, 3).length]);
});

test('bytes behind the last frame are counted to the last one', async () => {
  await start();
  await writeFile(live, Buffer.concat([zstdCompressSync(lines(1, 3)), Buffer.from('no frame at all')]));
  for (let look = 0; look < 3; look++) await world.scan();
  assert.deepEqual([world.texts, told('corrupt'), destroyed()], [expected(1, 3), 1, 15]);
});

test('a frame that asks for more memory than 8 MiB is refused by name', async () => {
  const params = { [constants.ZSTD_c_windowLog]: 27, [constants.ZSTD_c_enableLongDistanceMatching]: 1 };
  const frame = zstdCompressSync(Buffer.alloc(20_000_000, 'a line\n'), { params });
  await start();
  await writeFile(live, frame);
  await world.scan();
  assert.deepEqual([world.rows.length, told('corrupt'), destroyed()], [0, 1, frame.length]);
});

test('a file that cannot be opened is told of once, holds up no other, and goes on where it was', async () => {
  let denied = false;
  const disk: Disk = {
    ...systemDisk,
    open: (path, mode) =>
      denied && path === live ? Promise.reject(new Failure('disk', 'EACCES')) : systemDisk.open(path, mode),
  };
  await start({ disk });
  await writeFile(live, zstdCompressSync(lines(1, 10)));
  await world.scan();
  denied = true;
  await appendFile(live, zstdCompressSync(lines(11, 12)));
  await writeFile(join(directory, 'B.zst'), zstdCompressSync(lines(90, 90)));
  for (let look = 0; look < 6; look++) await world.scan();
  assert.deepEqual(world.texts, [...expected(1, 10), ...expected(90, 90)]);
  assert.equal(told('cannot read'), 1);
  denied = false;
  await world.scan();
  assert.deepEqual(world.texts.slice(11), expected(11, 12));
});

test('directories are watched as on the disk below', () => {
  const reports = { corrupt() {}, failed() {} };
  assert.equal(withZstd(systemDisk, reports).watch, systemDisk.watch);
  const { watch: _, ...silent } = systemDisk;
  assert.equal('watch' in withZstd(silent, reports), false);
});

const anyFile = fc.record({
  frames: fc.array(fc.nat(40), { minLength: 1, maxLength: 5 }),
  cuts: fc.array(fc.nat(3000), { maxLength: 4 }),
  restarts: fc.nat(4),
  damage: fc.option(fc.tuple(fc.nat(3000), fc.integer({ min: 1, max: 255 })), { nil: undefined }),
});

test('whatever frames, growth and restarts: every line once; a damaged byte ends the file, not the reader', async () => {
  await fc.assert(
    fc.asyncProperty(anyFile, async ({ frames, cuts, restarts, damage }) => {
      world = new TailWorld(directory);
      await rm(live, { force: true });
      await start();
      let last = 0;
      const bytes = Buffer.concat(frames.map((count) => zstdCompressSync(lines(last + 1, (last += count)))));
      if (damage !== undefined) bytes[damage[0] % bytes.length]! ^= damage[1];
      const ends = [...cuts.map((cut) => cut % bytes.length), bytes.length].toSorted((a, b) => a - b);
      for (const [i, end] of ends.entries()) {
        await appendFile(live, bytes.subarray(ends[i - 1] ?? 0, end));
        await (i < restarts ? restart() : world.scan());
      }
      for (let look = 0; look < 2; look++) await world.scan();
      await world.stop();
      assert.equal(ids(), world.rows.length);
      if (damage === undefined) assert.deepEqual(world.texts, expected(1, last));
    }),
    { numRuns: 60 },
  );
});
