import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { VirtualClock } from '../../model/virtual-clock.ts';
import { systemDisk } from '../../system/system-disk.ts';
import { IdleWatch } from './idle-watch.ts';

const never = new AbortController().signal;

/** A disk that tells of a change when it is told to. */
function tellingDisk(): { disk: typeof systemDisk; tell: () => void; watched: () => number } {
  const listeners = new Set<{ changed: () => void }>();
  const disk = {
    ...systemDisk,
    watch: (_path: string, changed: () => void) => {
      const listener = { changed };
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
  return {
    disk,
    tell: () => listeners.forEach((listener) => listener.changed()),
    watched: () => listeners.size,
  };
}

test('a change ends the wait at once, and one that came between two waits is not missed', async () => {
  const { disk, tell } = tellingDisk();
  const clock = new VirtualClock(0);
  const idle = new IdleWatch(disk, clock, ['/logs']);
  assert.equal(idle.begin(), true);
  assert.equal(idle.begin(), false, 'it watches already');
  const waited = idle.wait(500, never);
  tell();
  assert.equal(await waited, true);
  tell();
  assert.equal(await idle.wait(500, never), true);
  assert.equal(clock.now(), 0);
});

test('without a change it waits for its time', async () => {
  const clock = new VirtualClock(0);
  const { disk } = tellingDisk();
  const idle = new IdleWatch(disk, clock, ['/logs']);
  idle.begin();
  const waited = idle.wait(500, never);
  await clock.advance(500);
  assert.equal(await waited, false);
});

test('each directory is watched once, and none after the end', () => {
  const { disk, watched } = tellingDisk();
  const idle = new IdleWatch(disk, new VirtualClock(0), ['/a', '/b', '/a']);
  idle.begin();
  assert.equal(watched(), 2);
  idle.end();
  assert.equal(watched(), 0);
});

test('where the disk tells nothing, or the directory is not there, time alone counts', () => {
  const clock = new VirtualClock(0);
  const { watch: _, ...silent } = systemDisk;
  assert.equal(new IdleWatch(silent, clock, ['/logs']).begin(), false);
  assert.equal(new IdleWatch(systemDisk, clock, ['/no/such/directory']).begin(), false);
});

test('the real disk tells of a line, and of a file that appears', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'octowatch-watch-'));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, 'a.log');
  writeFileSync(file, '');
  const idle = new IdleWatch(systemDisk, new VirtualClock(0), [directory]);
  t.after(() => idle.end());
  idle.begin();
  appendFileSync(file, 'line\n');
  assert.equal(await idle.wait(60_000, AbortSignal.timeout(10_000)), true);
  writeFileSync(join(directory, 'b.log'), '');
  assert.equal(await idle.wait(60_000, AbortSignal.timeout(10_000)), true);
});
