import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startFleet } from '../simulator/testing/fleet.ts';
import { createRedactor } from './redactor.ts';

const root = join(import.meta.dirname, '..', '..');
const redactor = createRedactor();
/** Own passwords as people choose them, and values that are like what logs hold. */
redactor.configure({ shapes: true, values: ['Listed7Value', 'spaces-1000'], words: ['elastic', 'octopus7'] });
/** What fixtures hold of secrets, on purpose, and what reads like one: where the next page of an answer begins. */
const PLANTED = /hunter2|not-a-real|NOTAREALKEY|Password='x'|"NextToken"/;

function changed(lines: readonly string[]): string[] {
  return lines.filter((line) => redactor.text(line) !== line);
}

for (const file of globSync('collectors/*/fixtures/**/*.*', { cwd: root, exclude: ['**/*.ts'] })) {
  test(`leaves what is no secret: ${file}`, () => {
    const lines = readFileSync(join(root, file), 'utf8').split('\n');
    assert.deepEqual(
      changed(lines).filter((line) => !PLANTED.test(line)),
      [],
    );
  });
}

test('leaves 10,000 lines of simulated servers, and what their API answers', async (t) => {
  const fleet = await startFleet(t);
  const logs = (): Promise<string[]> =>
    Promise.all(fleet.simulator.instances.map(({ tenant }) => fleet.readLog(tenant)));
  fleet.simulator.inject({ type: 'T1', tenants: ['acme'], durationMs: 600_000 });
  let lines: string[] = [];
  for (let round = 0; round < 200 && lines.length < 10_000; round++) {
    await fleet.pass(60_000);
    lines = (await logs()).join('').split('\n');
  }
  assert.ok(lines.length >= 10_000, `${lines.length} lines`);
  assert.deepEqual(changed(lines), []);
  for (const path of ['/api', '/api/tasks?take=100', '/api/octopusservernodes/summary', '/api/spaces/all']) {
    const { text } = await fleet.ask('acme', path);
    assert.equal(redactor.text(text), text);
  }
});
