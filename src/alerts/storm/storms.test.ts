import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Storm } from './storm.ts';
import { MINUTE, StormBench, stormFleet } from './testing/storm-bench.ts';

function classesOf(storms: readonly Storm[]): string[] {
  return storms.map(({ class: { alertname, trait } }) =>
    trait === undefined ? alertname : `${trait.name}=${trait.value}`,
  );
}

function only(storms: readonly Storm[]): Storm {
  assert.equal(storms.length, 1, JSON.stringify(classesOf(storms)));
  const [storm] = storms;
  assert.ok(storm);
  return storm;
}

/** No two of them share a server or a node, and no region has half of them by more than chance. */
const STRANGERS = ['t0', 't31', 't62', 't95', 't128', 't163', 't198', 't229', 't260', 't293'];

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

test('growth is an edit: the id stays', () => {
  const bench = new StormBench();
  bench.fire(bench.having('database_server', 'sql-7', 6));
  const { id } = only(bench.look());
  bench.fire(bench.having('database_server', 'sql-7', 30));
  const grown = only(bench.look(MINUTE));
  assert.equal(grown.id, id);
  assert.equal(grown.line, '30 of 1,000 tenants down, all on sql-7: login timeout, 1 min');
});

test('a storm that grows from a node to its region is a new one, which takes over', () => {
  const fleet = new Map(
    [...stormFleet()].map(([tenant, labels], i) => [
      tenant,
      { ...labels, ...(i < 250 ? { region: 'eu-west-2', node: `eu-${i % 10}` } : { region: 'us-east-1' }) },
    ]),
  );
  const bench = new StormBench(fleet);
  bench.fire(bench.having('node', 'eu-3'));
  const node = only(bench.look());
  assert.deepEqual(classesOf([node]), ['node=eu-3']);
  bench.fire(bench.having('region', 'eu-west-2', 200));
  const region = only(bench.look(MINUTE));
  assert.deepEqual(classesOf([region]), ['region=eu-west-2']);
  assert.notEqual(region.id, node.id);
  assert.deepEqual(region.replaces, [node.id]);
  assert.ok(node.members.every((key) => region.members.includes(key)));
});

test('one more tenant does not turn a class, a better explanation does after a minute', () => {
  const bench = new StormBench();
  // Nine of a server among strangers: too few to name it.
  bench.fire([...STRANGERS, ...bench.having('database_server', 'sql-7', 4)]);
  const before = only(bench.look());
  assert.deepEqual(classesOf([before]), ['OctopusDown']);
  bench.fire(bench.having('database_server', 'sql-7', 8));
  bench.end(STRANGERS.slice(1));
  assert.equal(only(bench.look(10_000)).id, before.id);
  assert.equal(bench.storms.dueAt('oncall'), bench.now + MINUTE);
  assert.equal(only(bench.look(MINUTE - 1)).id, before.id);
  const storms = bench.look(1);
  assert.deepEqual(classesOf(storms), ['OctopusDown', 'database_server=sql-7']);
  assert.deepEqual(storms[1]?.replaces, [before.id]);
  assert.deepEqual(storms[0]?.members, ['OctopusDown/t0']);
});

test('it waits for settle, then whoever is left stays with it, and newcomers are told alone', () => {
  const bench = new StormBench();
  const victims = bench.having('database_server', 'sql-7', 20);
  bench.fire(victims);
  const { id } = only(bench.look());
  bench.end(victims.slice(2));
  assert.equal(only(bench.look(MINUTE)).line, '2 of 20 tenants still down, on sql-7: login timeout, 1 min');
  bench.fire(victims.slice(2, 3));
  assert.equal(only(bench.look(9 * MINUTE)).members.length, 3);
  bench.look(MINUTE);
  bench.fire(victims.slice(3, 5));
  const left = only(bench.look(MINUTE));
  assert.equal(left.id, id);
  assert.equal(left.members.length, 3);
  bench.end(victims.slice(0, 3));
  assert.deepEqual(bench.look(), []);
});

test('a second outage while two of the first are left is a new storm with them in it', () => {
  const bench = new StormBench();
  const victims = bench.having('database_server', 'sql-7', 20);
  bench.fire(victims);
  const first = only(bench.look());
  bench.end(victims.slice(2));
  bench.look(MINUTE);
  bench.look(10 * MINUTE);
  bench.fire(victims);
  const second = only(bench.look(MINUTE));
  assert.notEqual(second.id, first.id);
  assert.deepEqual(second.replaces, [first.id]);
  assert.equal(second.members.length, 20);
});

test('when all are back it says so, stays for settle, and a return in that time is no news', () => {
  const bench = new StormBench();
  const victims = bench.having('database_server', 'sql-7', 20);
  bench.fire(victims);
  const { id } = only(bench.look());
  bench.end(victims);
  const back = only(bench.look(MINUTE));
  assert.equal(back.line, '20 of 20 tenants back, on sql-7: over when quiet for 10 min');
  assert.deepEqual(back.members, []);
  bench.fire(victims);
  assert.equal(only(bench.look(5 * MINUTE)).id, id);
  bench.end(victims);
  bench.look();
  assert.equal(bench.storms.dueAt('oncall'), bench.now + 10 * MINUTE);
  assert.equal(bench.look(10 * MINUTE - 1).length, 1);
  assert.deepEqual(bench.look(1), []);
});

test('a machine that slept through settle does not take a new outage for the old one', () => {
  const bench = new StormBench();
  bench.fire(bench.having('database_server', 'sql-7', 20));
  const { id } = only(bench.look());
  bench.firing.clear();
  bench.look();
  bench.now += 120 * MINUTE;
  bench.fire(bench.having('database_server', 'sql-7', 20));
  assert.notEqual(only(bench.look()).id, id);
});

test('a restart goes on where it was; a crash before anything was saved ends in the same id', () => {
  const bench = new StormBench();
  bench.fire(bench.having('database_server', 'sql-7', 6));
  const before = only(bench.look());
  bench.restart();
  assert.deepEqual(only(bench.look()), before);
  assert.equal(bench.storms.changes().size, 0, 'nothing new to save');

  const again = new StormBench();
  again.fire(again.having('database_server', 'sql-7', 6));
  again.now += 5000;
  again.fire(again.having('database_server', 'sql-7', 20));
  assert.equal(only(again.look(30_000)).id, before.id);
});

test('a saved state that cannot be read is refused by name', () => {
  const { storms } = new StormBench();
  assert.throws(() => storms.restore('oncall', '{"storms":'), { name: 'Failure', reason: 'invalid' });
  assert.throws(() => storms.restore('oncall', '{}'), /the storms of oncall/);
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
