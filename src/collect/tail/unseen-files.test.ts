import assert from 'node:assert/strict';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { expected, lines, TailWorld } from '../../../test/fakes/tail-world.ts';
import { Failure } from '../../model/failure.ts';
import { systemDisk } from '../../system/system-disk.ts';

test('a directory that cannot be listed for a moment: its logs go on where they were', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tail-unseen-'));
  const world = new TailWorld(directory);
  let fails = false;
  world.start({
    disk: {
      ...systemDisk,
      list: async (path) => {
        if (fails) throw new Failure('disk', 'input/output error');
        return systemDisk.list(path);
      },
    },
  });
  try {
    await world.scan();
    await writeFile(join(directory, 'Octo.txt'), lines(1, 3));
    await world.scan();
    fails = true;
    await world.scan();
    fails = false;
    await appendFile(join(directory, 'Octo.txt'), lines(4, 5));
    await world.scan();
    await world.scan();
    assert.deepEqual(world.texts, expected(1, 5));
  } finally {
    await world.stop();
    await rm(directory, { recursive: true });
  }
});
