import assert from 'node:assert/strict';
import { test } from 'node:test';
import { listedInstances } from './fleet-sources.ts';
import { pollSettings, targetsOf, type Targets } from './targets.ts';
import { configOf } from './testing/recording.ts';

const FLEET = `fleet:
  instances:
    - { tenant: both, url: "http://a", api_key: KEY, files: { octopus-server-log: [/a.txt] }, info: { region: eu } }
    - { tenant: polled, url: "http://b", api_key: KEY }
    - { tenant: tailed, files: { octopus-server-log: [/c.txt] }, time_zone: Europe/Berlin }
    - { tenant: neither }
`;

function targetsIn(text: string): Targets {
  const config = configOf(text);
  return targetsOf(config, listedInstances(config));
}

const cases: readonly [more: string, polled: readonly string[], tailed: readonly string[]][] = [
  ['', ['both', 'polled'], ['both', 'tailed']],
  ['collectors: { octopus-server-log: { enabled: false } }', ['both', 'polled'], []],
];
for (const [more, polled, tailed] of cases) {
  test(`polled and tailed with ${JSON.stringify(more)}`, () => {
    const targets = targetsIn(FLEET + more);
    assert.deepEqual(
      targets.polled.map(({ tenant }) => tenant),
      polled,
    );
    assert.deepEqual(
      targets.tailed.map(({ tenant }) => tenant),
      tailed,
    );
  });
}

test('a target has what collectors need and no secret', () => {
  const { polled, tailed } = targetsIn(FLEET);
  assert.deepEqual(polled[0], {
    tenant: 'both',
    url: 'http://a',
    info: { region: 'eu' },
    timeZone: 'UTC',
    files: { 'octopus-server-log': ['/a.txt'] },
  });
  assert.equal(tailed[1]?.timeZone, 'Europe/Berlin');
  assert.doesNotMatch(JSON.stringify([polled, tailed]), /KEY/);
});

test('an AWS account is a place for each region and one for what is global', () => {
  const { places } = targetsIn(
    'collectors: { aws: { accounts: [{ name: main, regions: [eu-west-1, us-east-1] }] } }',
  );
  const aws = places.flatMap(({ place }) => (place?.kind.startsWith('aws') === true ? [place] : []));
  assert.deepEqual(aws, [
    { kind: 'aws', name: 'main/eu-west-1' },
    { kind: 'aws', name: 'main/us-east-1' },
    { kind: 'aws-global', name: 'main/global' },
  ]);
});

test('every instance is known to collectors, and who sleeps', () => {
  const { instances } = targetsIn('fleet: { instances: [{ tenant: a, asleep: true }, { tenant: b }] }');
  assert.deepEqual(
    instances.map(({ tenant, asleep }) => [tenant, asleep]),
    [
      ['a', true],
      ['b', undefined],
    ],
  );
});

test('instances are probed from outside where that is switched on, targets always', () => {
  const polled = (yaml: string): boolean[] =>
    ['probe/instance', 'probe/target'].map((poll) => pollSettings(configOf(yaml), poll).enabled);
  assert.deepEqual(polled('{}'), [false, true]);
  assert.deepEqual(polled('collectors: { probe: { instances: { enabled: true } } }'), [true, true]);
  assert.deepEqual(polled('collectors: { probe: { enabled: false, instances: { enabled: true } } }'), [
    false,
    false,
  ]);
});
