import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../model/failure.ts';
import type { Person } from '../model/on-call.ts';
import { alertmanagerSources, serveWeb, TOKEN } from './testing/web-fixture.ts';

const headers = { authorization: `Bearer ${TOKEN}` };

test('a person takes an incident by name, with the token', async (t) => {
  const taken: (readonly [string, Person])[] = [];
  const actions = {
    acknowledge(key: string, by: Person): Promise<string> {
      if (key === 'over')
        return Promise.reject(new Failure('not_found', 'this incident is not open any more'));
      taken.push([key, by]);
      return Promise.resolve('acknowledged: acme is down');
    },
  };
  const url = await serveWeb(t, { alertmanager: alertmanagerSources({ actions }) });
  async function acknowledge(key: string, init: RequestInit): Promise<readonly [number, string]> {
    const response = await fetch(`${url}/api/octowatch/incidents/${key}/acknowledge`, {
      method: 'POST',
      ...init,
    });
    return [response.status, await response.text()];
  }
  const body = JSON.stringify({ by: ' jo ' });
  assert.deepEqual(await acknowledge('k1', { headers, body }), [200, 'acknowledged: acme is down\n']);
  assert.deepEqual(taken, [['k1', { name: 'jo', via: 'api' }]]);
  assert.deepEqual(await acknowledge('over', { headers, body }), [
    404,
    'this incident is not open any more\n',
  ]);
  for (const wrong of [
    '',
    '{}',
    '{"by":" "}',
    '{"by":1}',
    '{"by":"jo","via":"slack"}',
    JSON.stringify({ by: 'x'.repeat(101) }),
  ])
    assert.equal((await acknowledge('k1', { headers, body: wrong }))[0], 400, wrong);
  assert.equal((await acknowledge('k1', { body }))[0], 401);
  assert.equal(taken.length, 1);
});
