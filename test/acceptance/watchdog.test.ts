import assert from 'node:assert/strict';
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startHttpFake } from '../fakes/http-fake.ts';
import { temporaryDirectory } from '../fakes/temporary-directory.ts';
import { startDaemon } from './daemon.ts';
import { eventually } from './eventually.ts';

const SECRET = 's3cret-address-of-the-switch';
const RULE = (name: string): string => `
groups:
  - name: watch
    rules:
      - { alert: ${name}, expr: vector(1), labels: { severity: log }, annotations: { summary: x } }
`;

test("heartbeats reach the dead-man's switch while rules are evaluated, and stop when they are not", async (t) => {
  const directory = temporaryDirectory();
  const rules = join(directory, 'rules.yml');
  mkdirSync(directory, { recursive: true });
  writeFileSync(rules, RULE('Watchdog'));
  const beats: string[] = [];
  const fake = await startHttpFake(({ method, path }) => {
    beats.push(`${method} ${path}`);
    // One that is refused is not repeated as it was: the next one follows in its time.
    return { status: beats.length === 2 ? 503 : 200, body: {} };
  });
  t.after(() => fake.close());
  await using daemon = await startDaemon({
    directory,
    config: {
      fleet: { instances: [] },
      rules: { files: [rules], interval: '1s' },
      on_call: { watchdog: { ping_url: `${fake.url}/${SECRET}`, interval: '1s' } },
    },
  });
  await eventually('beats come', () => beats.length >= 5);
  assert.deepEqual(new Set(beats), new Set([`POST /${SECRET}`]));

  // The rule is gone: nothing is told of it any more.
  writeFileSync(`${rules}.next`, RULE('Another'));
  renameSync(`${rules}.next`, rules);
  daemon.signal('SIGHUP');
  await eventually('the configuration is swapped', () =>
    daemon.stderr.some((line) => line.includes('reloaded')),
  );
  await delay(1500);
  const last = beats.length;
  await delay(3000);
  assert.equal(beats.length, last);
  assert.equal((await daemon.stop()).code, 0);
  assert.doesNotMatch([...daemon.stderr, ...daemon.stdout].join('\n'), new RegExp(SECRET));
});
