import assert from 'node:assert/strict';
import { mkdtemp, rm, truncate, appendFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { expected, lines, TailWorld } from '../../../test/fakes/tail-world.ts';

let directory: string;
let world: TailWorld;
let live: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tail-waits-'));
  live = join(directory, 'Octo.txt');
  world = new TailWorld(directory);
  world.start({ readBytes: 256 });
  await world.scan();
});

afterEach(async () => {
  await world.stop();
  await rm(directory, { recursive: true });
});

/** Truncates the log and fills it with other lines while a write fails and waits. */
async function refillDuringWrite(text: string): Promise<void> {
  world.failWrites = 1;
  const scanning = world.scan();
  while (world.failWrites > 0) await world.clock.advance(1);
  await truncate(live);
  await appendFile(live, text);
  await world.clock.advance(1000);
  await scanning;
  for (let i = 0; i < 3; i++) await world.scan();
}

test('a log that begins anew while a write waits is not read on in the middle of a line', async () => {
  await writeFile(live, lines(1, 3));
  await world.scan();
  await appendFile(live, lines(4, 12));
  await refillDuringWrite(lines(101, 130));
  const read = new Set(world.texts);
  assert.ok(expected(101, 130).every((line) => read.has(line)));
  assert.equal(world.rows.length, read.size, 'no line twice');
  assert.ok(world.texts.every((line) => [...expected(1, 12), ...expected(101, 130)].includes(line)));
});
