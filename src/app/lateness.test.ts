import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createOctopusApi } from '../../collectors/octopus-api/index.ts';
import { loadConfig } from '../config/load-config.ts';
import { latenessOf } from './lateness.ts';

function lateness(text: string): number {
  const surroundings = { env: {}, readFile: () => assert.fail('no file is read here') };
  return latenessOf(loadConfig('octowatch.yml', text, surroundings));
}

test('an event counts when a poll finds it at its next turn, however slow polls are', () => {
  const intervals = createOctopusApi({ clientFor: () => assert.fail('nothing is polled here') })
    .filter(({ datasets }) => datasets.some(({ kind }) => kind === 'event'))
    .map(({ intervalMs }) => intervalMs);
  assert.ok(lateness('{}') >= 2 * Math.max(...intervals));
  assert.equal(lateness('collectors: { octopus-api: { interval: 5m } }'), 600_000);
  assert.equal(lateness('collectors: { octopus-api: { interval: 5s } }'), 120_000);
});
