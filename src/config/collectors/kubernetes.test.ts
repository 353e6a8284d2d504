import assert from 'node:assert/strict';
import test from 'node:test';
import { kubernetesSettings } from './kubernetes.ts';

test('there are no clusters by default', () => {
  assert.deepEqual(kubernetesSettings.parse(undefined), { enabled: true, clusters: [] });
});

const PATTERNS: readonly (readonly [string, boolean])[] = [
  ['octopus-(?P<tenant>.+)', true],
  ['octopus-(?<tenant>.+)', true],
  ['(octopus|deploy)-.*', true],
  ['octopus-.+', false],
  ['octopus-(?:.+)', false],
  ['octopus-(.+', false],
  ['octopus-(?!x)(.+)', false],
];
for (const [pattern, isGood] of PATTERNS)
  test(`${pattern} ${isGood ? 'names a tenant' : 'is refused'}`, () => {
    const clusters = [{ name: 'prod-1', namespace_pattern: pattern }];
    assert.equal(kubernetesSettings.safeParse({ clusters }).success, isGood);
  });

test('two clusters have two names', () => {
  const clusters = [{ name: 'prod-1' }, { name: 'prod-1', context: 'other' }];
  assert.match(String(kubernetesSettings.safeParse({ clusters }).error), /two have one name/);
});
