import assert from 'node:assert/strict';
import test from 'node:test';
import { Failure } from '../model/failure.ts';
import { fakeDiscoverer, found } from './testing/fake-discoverer.ts';
import { startFleet } from './testing/fleet-scene.ts';

const MINUTE = 60_000;
const TEN = Array.from({ length: 10 }, (_, index) => `t${index}`);

test('instances appear and vanish as a source tells, beside those that are listed', async (t) => {
  const source = fakeDiscoverer('eu');
  source.gives(['a', 'b']);
  const { clock, tenants, changes, gauges } = await startFleet(t, [source], { listed: [found('hub')] });
  assert.deepEqual(tenants(), ['hub', 'a', 'b']);
  source.gives(['b', 'c']);
  await clock.advance(MINUTE);
  assert.deepEqual(tenants(), ['hub', 'b', 'c']);
  await clock.advance(5 * MINUTE);
  assert.equal(changes.length, 2, 'nothing is told while nothing changes');
  assert.equal(gauges.get('octowatch_fleet_instances{eu}'), 2);
  assert.equal(gauges.get('octowatch_fleet_instances{static}'), 1);
});

test('a source that tells of changes is asked at once, but not for each of many', async (t) => {
  const source = fakeDiscoverer('eu');
  source.gives(['a']);
  const { clock, tenants } = await startFleet(t, [source]);
  await clock.advance(10_000);
  source.gives(['a', 'b']);
  source.tell();
  await clock.advance(0);
  assert.deepEqual(tenants(), ['a', 'b']);
  for (let change = 0; change < 20; change++) {
    source.tell();
    await clock.advance(100);
  }
  assert.equal(source.asked(), 4);
});

test('an instance that falls asleep is a change', async (t) => {
  const source = fakeDiscoverer('eu');
  source.gives(['a', 'b']);
  const { clock, fleet, changes } = await startFleet(t, [source]);
  source.gives({ instances: [found('a', { asleep: true }), found('b')], refused: [] });
  await clock.advance(MINUTE);
  assert.deepEqual(
    fleet.instances().map(({ asleep }) => asleep),
    [true, false],
  );
  assert.equal(changes.length, 2);
});

test('a source that fails, hangs or finds nothing keeps its list, and that is counted and told once', async (t) => {
  const source = fakeDiscoverer('eu');
  source.gives(['a', 'b']);
  const { clock, tenants, counts, lines, gauges } = await startFleet(t, [source]);
  const lastSuccess = gauges.get('octowatch_fleet_discovery_last_success_timestamp_seconds{eu}');
  source.gives(new Failure('forbidden', 'grant list to the account'));
  await clock.advance(3 * MINUTE);
  source.gives('hang');
  await clock.advance(MINUTE + 10_000);
  source.gives([]);
  await clock.advance(MINUTE);
  assert.deepEqual(tenants(), ['a', 'b']);
  const count = (outcome: string): number | undefined =>
    counts.get(`octowatch_fleet_discoveries_total{eu,${outcome}}`);
  assert.deepEqual([count('ok'), count('forbidden'), count('timeout'), count('malformed')], [1, 3, 1, 1]);
  assert.equal(gauges.get('octowatch_fleet_discovery_last_success_timestamp_seconds{eu}'), lastSuccess);
  assert.equal(lines.filter((line) => line.includes('grant list')).length, 1);
  assert.match(lines.at(-1) ?? '', /no instance was found; the last list is kept/);
  source.gives(['a']);
  await clock.advance(MINUTE);
  assert.match(lines.join('\n'), /a discovery works again/);
  assert.deepEqual(tenants(), ['a']);
});

test('a list that lost more than half at once is held back until it was seen three times in a row', async (t) => {
  const source = fakeDiscoverer('eu');
  source.gives(TEN);
  const { clock, tenants, counts, gauges, lines } = await startFleet(t, [source]);
  source.gives(['t0', 'new']);
  await clock.advance(2 * MINUTE);
  assert.deepEqual(tenants(), TEN);
  assert.equal(gauges.get('octowatch_fleet_instances_held{eu}'), 9);
  assert.equal(lines.filter((line) => line.includes('more than half')).length, 1);
  await clock.advance(MINUTE);
  assert.deepEqual(tenants(), ['t0', 'new']);
  assert.equal(gauges.get('octowatch_fleet_instances_held{eu}'), 0);
  assert.equal(counts.get('octowatch_fleet_lists_held_total{eu}'), 1);
});

test('a source that flaps is never believed to have lost half', async (t) => {
  const source = fakeDiscoverer('eu');
  source.gives(TEN);
  const { clock, tenants, changes } = await startFleet(t, [source]);
  for (let round = 0; round < 5; round++) {
    source.gives(['t0']);
    await clock.advance(2 * MINUTE);
    source.gives(round % 2 === 0 ? TEN : new Failure('network', 'reset'));
    await clock.advance(MINUTE);
  }
  assert.deepEqual(tenants(), TEN);
  assert.equal(changes.length, 1);
});

test('the first of two sources with one tenant is believed; the other one takes over when it is gone', async (t) => {
  const [eu, us] = [fakeDiscoverer('eu'), fakeDiscoverer('us')];
  eu.gives({ instances: [found('a', { url: 'http://eu' }), found('b')], refused: [] });
  us.gives({ instances: [found('a', { url: 'http://us' }), found('hub')], refused: [] });
  const { clock, fleet, lines } = await startFleet(t, [eu, us], { listed: [found('hub')] });
  const sources = (): Record<string, string> =>
    Object.fromEntries(fleet.instances().map(({ tenant, discovery }) => [tenant, discovery]));
  assert.deepEqual(sources(), { hub: 'static', a: 'eu', b: 'eu' });
  const told = lines.filter((line) => line.includes('same tenants'));
  assert.deepEqual(
    told
      .map((line) => JSON.parse(line))
      .map(({ believed, ignored, tenants }) => [believed, ignored, tenants]),
    [
      ['eu', 'us', ['a']],
      ['static', 'us', ['hub']],
    ],
  );
  eu.gives(['b']);
  await clock.advance(5 * MINUTE);
  assert.deepEqual(sources(), { hub: 'static', a: 'us', b: 'eu' });
});

test('a restart while a source is away does not empty the fleet, and no secret was on the disk', async (t) => {
  const disk = new Map<string, string>();
  const before = fakeDiscoverer('eu');
  before.gives({
    instances: [
      found('a', { apiKey: 'API-SECRET', asleep: true }),
      found('b', { apiKeyFile: '/keys/b', info: { region: 'eu' } }),
    ],
    refused: [],
  });
  await startFleet(t, [before], { disk });
  assert.doesNotMatch(disk.get('eu') ?? '', /SECRET/);
  const away = fakeDiscoverer('eu');
  away.gives(new Failure('network', 'refused'));
  const { fleet, secrets, clock } = await startFleet(t, [away], { disk });
  assert.equal(fleet.isSettled(), true);
  assert.deepEqual(
    fleet.instances().map(({ tenant, asleep, info }) => [tenant, asleep, info]),
    [
      ['a', true, {}],
      ['b', false, { region: 'eu' }],
    ],
  );
  secrets.set('/keys/b', 'API-B\n');
  await clock.advance(MINUTE);
  assert.equal(fleet.instances()[1]?.apiKey, 'API-B', 'its key is read while the source is away');
});

test('a damaged list of before the restart is none', async (t) => {
  for (const text of [
    '',
    '{',
    '{"version":2,"instances":[]}',
    '{"version":1,"instances":[{"tenant":"../a"}]}',
  ]) {
    const source = fakeDiscoverer('eu');
    source.gives(new Failure('network', 'refused'));
    const { fleet, tenants } = await startFleet(t, [source], { disk: new Map([['eu', text]]) });
    assert.deepEqual(tenants(), []);
    assert.equal(fleet.isSettled(), false, 'who is not known may still be there');
  }
});

test('a replaced key is used, and one that cannot be read for a while is kept', async (t) => {
  const source = fakeDiscoverer('eu');
  source.gives({ instances: [found('a', { apiKeyFile: '/keys/a' })], refused: [] });
  const { clock, fleet, secrets, gauges, lines } = await startFleet(t, [source]);
  const key = (): string | undefined => fleet.instances()[0]?.apiKey;
  assert.equal(key(), undefined);
  assert.equal(gauges.get('octowatch_fleet_instances_refused{eu}'), 1);
  assert.match(lines.join('\n'), /its API key: \/keys\/a: no such file/);
  for (const [text, expected] of [
    ['K1', 'K1'],
    ['K2', 'K2'],
    [undefined, 'K2'],
    [' ', 'K2'],
    ['K3', 'K3'],
  ] as const) {
    if (text === undefined) secrets.delete('/keys/a');
    else secrets.set('/keys/a', text);
    await clock.advance(MINUTE);
    assert.equal(key(), expected);
  }
  assert.doesNotMatch(lines.join('\n'), /K[123]/);
});

test('what cannot be a tenant is left out and told, the others are watched', async (t) => {
  const source = fakeDiscoverer('eu');
  source.gives({
    instances: [found('a'), found('a', { url: 'http://other' }), found('hunter2')],
    refused: [{ what: 'octopus-7', why: 'it has no label.tenant' }],
  });
  const { fleet, lines, gauges, clock } = await startFleet(t, [source]);
  assert.deepEqual(
    fleet.instances().map(({ tenant, url }) => [tenant, url]),
    [['a', 'http://a']],
  );
  await clock.advance(5 * MINUTE);
  const told = lines.filter((line) => line.includes('cannot be used'));
  assert.equal(told.length, 1);
  assert.match(told[0] ?? '', /octopus-7.*no label\.tenant.*hunter2.*secret.*found twice/);
  assert.equal(gauges.get('octowatch_fleet_instances_refused{eu}'), 3);
});

test('a source of which nothing can be used keeps its list, and says why once', async (t) => {
  const source = fakeDiscoverer('eu');
  source.gives(['a']);
  const { clock, tenants, lines, gauges } = await startFleet(t, [source]);
  source.gives({ instances: [], refused: [{ what: 'octopus-7', why: 'it has no label.tenant' }] });
  await clock.advance(5 * MINUTE);
  assert.deepEqual(tenants(), ['a']);
  assert.equal(lines.filter((line) => line.includes('no label.tenant')).length, 1);
  assert.equal(gauges.get('octowatch_fleet_instances_refused{eu}'), 1);
});

test('a list that cannot be saved is believed all the same', async (t) => {
  const source = fakeDiscoverer('eu');
  source.gives(['a']);
  const disk = new Map<string, string>();
  disk.set = () => {
    throw new Failure('disk', 'no space left');
  };
  const { tenants, lines } = await startFleet(t, [source], { disk });
  assert.deepEqual(tenants(), ['a']);
  assert.match(lines.join('\n'), /no space left/);
});

test('a reload brings sources and takes them away with their instances', async (t) => {
  const [eu, us] = [fakeDiscoverer('eu'), fakeDiscoverer('us')];
  eu.gives(['a']);
  us.gives(['b']);
  const { fleet, clock, tenants, disk, gauges } = await startFleet(t, [eu], { listed: [found('hub')] });
  fleet.configure({ listed: [], discoverers: [fakeDiscoverer('eu'), us] });
  assert.deepEqual(tenants(), ['a'], 'a source with the same settings goes on');
  assert.equal(fleet.isSettled(), false);
  await clock.advance(0);
  assert.deepEqual(tenants(), ['a', 'b']);
  assert.equal(eu.asked(), 1);
  fleet.configure({ listed: [], discoverers: [us] });
  assert.deepEqual(tenants(), ['b']);
  await clock.advance(5 * MINUTE);
  assert.equal(eu.asked(), 1, 'nobody asks it any more');
  assert.deepEqual([...disk.keys()], ['us']);
  assert.equal(gauges.get('octowatch_fleet_instances{eu}'), 0);
});

test('a source with new settings keeps its list until it gave one', async (t) => {
  const source = fakeDiscoverer('eu');
  source.gives(['a', 'b']);
  const { fleet, clock, tenants } = await startFleet(t, [source]);
  const changed = fakeDiscoverer('eu', { settings: 'changed' });
  changed.gives(new Failure('network', 'refused'));
  fleet.configure({ listed: [], discoverers: [changed] });
  await clock.advance(MINUTE);
  assert.deepEqual(tenants(), ['a', 'b']);
  changed.gives(['c']);
  await clock.advance(MINUTE);
  assert.deepEqual(tenants(), ['c']);
});
