import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createSilences } from '../../src/alerts/mute/create-silences.ts';
import type { Silences } from '../../src/alerts/mute/silences.ts';
import type { Log } from '../../src/model/ports.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';

const folder = mkdtempSync(join(tmpdir(), 'silences-'));
after(() => rmSync(folder, { recursive: true }));

/** Lines of a process that changes silences, up to the chunk in which there are so many; then it was killed. */
async function killedAfter(lines: number, file: string): Promise<string[]> {
  const writer = fileURLToPath(new URL('silence-writer.ts', import.meta.url));
  const child = spawn(process.execPath, [writer, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let told = '';
  for await (const chunk of child.stdout) {
    told += String(chunk);
    if (told.split('\n').length > lines) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  assert.equal(child.signalCode, 'SIGKILL');
  return told.split('\n').slice(0, -1);
}

function reopened(file: string): { silences: Silences; errors: string[]; close: () => void } {
  const errors: string[] = [];
  const note = (_: object, message: string): unknown => errors.push(message);
  const log: Log = { debug() {}, info() {}, warn: note, error: note, child: () => log };
  const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };
  const database = new DatabaseSync(file);
  return {
    silences: createSilences({ database, clock, random: Math.random, log, metrics: NO_METRICS }),
    errors,
    close: () => database.close(),
  };
}

test('a process that is killed at any time leaves what it was told is done, and no half of a change', async () => {
  for (const lines of [1, 2, 40]) {
    const file = join(folder, `${lines}.db`);
    const told = await killedAfter(lines, file);
    const { silences, errors, close } = reopened(file);
    for (const line of told) {
      const [word, id = ''] = line.split(' ');
      const silence = silences.find(id);
      assert.ok(silence !== undefined, line);
      if (word === 'ended') assert.equal(silences.stateOf(silence), 'expired', line);
    }
    const states = silences.all().map((silence) => silences.stateOf(silence));
    const ended = states.filter((state) => state === 'expired').length;
    // Each one is followed by one that replaces it, in one transaction; at most the last is alone.
    assert.ok(states.length === 2 * ended || states.length === 2 * ended + 1, states.join(' '));
    assert.deepEqual(errors, []);
    close();
  }
});
