import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { inertDeps } from '../../test/contract/inert-deps.ts';
import { createAws } from './index.ts';

interface Policy {
  readonly Statement: readonly { readonly Effect: string; readonly Action: readonly string[] }[];
}

const file = new URL('../../deploy/aws/policy.json', import.meta.url);
const { Statement }: Policy = JSON.parse(readFileSync(file, 'utf8'));

test('the policy allows what the polls ask, and nothing else', () => {
  const asked = new Set<string>(createAws(inertDeps()).flatMap(({ actions }) => actions));
  assert.deepEqual(
    Statement.flatMap(({ Action }) => Action),
    [...asked].toSorted(),
  );
});

test('the policy changes nothing', () => {
  for (const { Effect, Action } of Statement) {
    assert.equal(Effect, 'Allow');
    for (const action of Action) assert.match(action, /^[a-z0-9]+:(?:Describe|Get|List|Lookup)[A-Z]\w+$/);
  }
});

test('the README names each action', () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  const missing = Statement.flatMap(({ Action }) => Action).filter((action) => !readme.includes(action));
  assert.deepEqual(missing, []);
});
