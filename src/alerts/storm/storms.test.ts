import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classesOf, MINUTE, only, StormBench, stormFleet, STRANGERS } from './testing/storm-bench.ts';

test('a server is down: its tenants are one storm, two others are told alone', () => {
  const bench = new StormBench();
  bench.fire([...bench.having('database_server', 'sql-7', 32), 't0', 't31']);
  const storm = only(bench.look(13 * MINUTE));
  assert.deepEqual(storm.class, {
    alertname: 'OctopusDown',
    trait: { name: 'database_server', value: 'sql-7' },
  });
  assert.equal(storm.line, '34 of 1,000 tenants down, 32 on sql-7: login timeout, 13 min');
  assert.equal(storm.members.length, 32);
  assert.ok(!storm.members.includes('OctopusDown/t0'));
  const [server] = storm.shared;
  assert.deepEqual(
    { ...server, lift: Math.round(server?.lift ?? 0) },
    {
      name: 'database_server',
      value: 'sql-7',
      victims: 32,
      ofVictims: 34,
      others: 2,
      ofOthers: 966,
      lift: 28,
    },
  );
});

interface Case {
  readonly name: string;
  readonly fire: (bench: StormBench) => void;
  readonly classes: readonly string[];
}

const CASES: readonly Case[] = [
  { name: 'four tenants are no storm', fire: (b) => b.fire(b.having('node', 'aks-3', 4)), classes: [] },
  {
    name: 'five of a node are',
    fire: (b) => b.fire(b.having('node', 'aks-3', 5)),
    classes: ['node=aks-3'],
  },
  {
    name: 'a region: more general than each of its servers',
    fire: (b) => b.fire(b.having('region', 'eu-west-2', 280)),
    classes: ['region=eu-west-2'],
  },
  {
    name: 'a bad version on 40 % of the fleet, that hits some of them',
    fire: (b) => b.fire(b.having('version', '2026.2.1', 120), 'OctopusQueueStuck'),
    classes: ['version=2026.2.1'],
  },
  {
    name: 'a version that most tenants have anyway is not named',
    fire: (b) => b.fire(b.having('version', '2026.1.3', 120), 'OctopusQueueStuck'),
    classes: ['OctopusQueueStuck'],
  },
  {
    name: 'strangers who fail at once share the alert alone',
    fire: (b) => b.fire(STRANGERS),
    classes: ['OctopusDown'],
  },
  { name: 'four strangers are told alone', fire: (b) => b.fire(STRANGERS.slice(0, 4)), classes: [] },
  {
    name: 'strangers with an alert each are told alone',
    fire: (b) => STRANGERS.forEach((tenant, i) => b.fire([tenant], `Alert${i}`)),
    classes: [],
  },
  {
    name: 'everybody: what all have says nothing',
    fire: (b) => b.fire([...b.fleet.keys()]),
    classes: ['OctopusDown'],
  },
  {
    name: 'two servers of one region are two storms',
    fire: (b) => b.fire([...b.having('database_server', 'sql-2'), ...b.having('database_server', 'sql-5')]),
    classes: ['database_server=sql-2', 'database_server=sql-5'],
  },
  {
    name: 'a storm inside a storm: a region, and a server elsewhere',
    fire: (b) => b.fire([...b.having('region', 'eu-west-2'), ...b.having('database_server', 'sql-20')]),
    classes: ['region=eu-west-2', 'database_server=sql-20'],
  },
  {
    name: 'two of the two on a small node do not beat most of a server',
    fire: (b) => b.fire(b.having('database_server', 'sql-7')),
    classes: ['database_server=sql-7'],
  },
  {
    name: 'several alerts of the same tenants are one storm',
    fire: (b) => {
      b.fire(b.having('database_server', 'sql-7'));
      b.fire(b.having('database_server', 'sql-7', 20), 'OctopusQueueWait');
    },
    classes: ['database_server=sql-7'],
  },
  {
    name: 'what is noisy for days does not hide what newcomers share',
    fire: (b) => {
      for (let i = 0; i < 60; i++) {
        b.now += 30 * MINUTE;
        b.fire([`t${i * 16 + 1}`], 'OctopusQueueWait');
      }
      b.now += 60 * MINUTE;
      b.fire(b.having('database_server', 'sql-8'), 'OctopusQueueWait');
    },
    classes: ['database_server=sql-8'],
  },
];

for (const { name, fire, classes } of CASES) {
  test(name, () => {
    const bench = new StormBench();
    fire(bench);
    assert.deepEqual(classesOf(bench.look()), classes);
  });
}

test('a trait that every tenant has never counts, whatever the settings', () => {
  const fleet = new Map([...stormFleet(20)].map(([tenant]) => [tenant, { region: 'one' }]));
  const bench = new StormBench(fleet, { minLift: 1, minShare: 0 });
  bench.fire(['t1', 't2', 't3', 't4', 't5', 't6']);
  assert.deepEqual(classesOf(bench.look()), ['OctopusDown']);
});

test('an alert that only one of the tenants has is not the business of the storm', () => {
  const bench = new StormBench();
  bench.fire(bench.having('database_server', 'sql-7', 32));
  bench.fire(bench.having('database_server', 'sql-7', 1), 'OctopusLicenseExpired');
  const storm = only(bench.look());
  assert.equal(storm.members.length, 32);
  assert.ok(!storm.members.some((key) => key.startsWith('OctopusLicenseExpired')));
});

test('in a large fleet a handful at once is everyday, half a percent is not', () => {
  const bench = new StormBench(stormFleet(10_000));
  const strangers = Array.from({ length: 50 }, (_, i) => `t${i * 197}`);
  bench.fire(strangers.slice(0, 49));
  assert.deepEqual(bench.look(), []);
  bench.fire(strangers.slice(49));
  assert.deepEqual(classesOf(bench.look()), ['OctopusDown']);
});

test('what fires one after the other over hours is not at once', () => {
  const bench = new StormBench();
  for (const tenant of STRANGERS) {
    bench.fire([tenant]);
    assert.deepEqual(bench.look(20 * MINUTE), []);
  }
});

test('tenants of whom nothing is known, groups without a tenant, and no fleet at all', () => {
  const bench = new StormBench(new Map());
  bench.fire(['', ...STRANGERS]);
  const storm = only(bench.look());
  assert.equal(storm.line, '10 of 10 tenants down: login timeout, 0 s');
  assert.ok(!storm.members.includes('OctopusDown/'));
});

test('switched off it finds nothing', () => {
  const bench = new StormBench(stormFleet(), { enabled: false });
  bench.fire(STRANGERS);
  assert.deepEqual(bench.look(), []);
});
