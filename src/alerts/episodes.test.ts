import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { VirtualClock } from '../model/virtual-clock.ts';
import { SqliteIncidentLog } from './log/sqlite-incident-log.ts';
import {
  alert,
  MINUTE,
  resolved,
  scene,
  STARTED,
  working,
  type Scene,
  type SceneOptions,
} from './testing/scene.ts';

const route = { receiver: 'oncall', group_wait: 0, group_interval: MINUTE };

function logged(options: SceneOptions = {}): Scene & { readonly log: SqliteIncidentLog } {
  const { database = new DatabaseSync(':memory:') } = options;
  const tested = scene({ route, ...options, database });
  return { ...tested, log: new SqliteIncidentLog(database) };
}

test('an incident is written down from its first alert to its end, and what woke somebody once', async () => {
  const tested = logged();
  tested.dispatcher.settled();
  const labels = { alertname: 'OctopusDown', tenant: 'acme', severity: 'page', team: 'db' };
  tested.dispatcher.update('octopus', [alert('acme', { labels, activeAt: STARTED - MINUTE })]);
  await tested.clock.advance(300 * MINUTE);
  tested.dispatcher.update('octopus', []);
  await tested.clock.advance(2 * MINUTE);
  const [entry, ...others] = tested.log.incidents(0, Infinity);
  assert.deepEqual(others, []);
  assert.deepEqual(
    [entry?.startedAt, entry?.ended, entry?.team, entry?.tenant],
    [STARTED - MINUTE, 'over by itself', 'db', 'acme'],
  );
  const pages = tested.log.pages(0, Infinity);
  assert.deepEqual(
    pages.map(({ kind, wakes, rule, route: path, team }) => [kind, wakes, rule, path, team]),
    [
      ['pager', true, 'OctopusDown', '{}', 'db'],
      ['chat', false, 'OctopusDown', '{}', 'db'],
    ],
  );
});

test('one that was healed says so, although nobody was woken', async () => {
  const tested = logged();
  tested.dispatcher.settled();
  tested.heals.set('stuck:acme', working('stuck:acme', tested.clock.now() + 5 * MINUTE));
  tested.dispatcher.update('octopus', [alert('acme')]);
  await tested.clock.advance(MINUTE);
  tested.heals.set('stuck:acme', { ...working('stuck:acme', 0), state: 'healed' });
  tested.dispatcher.update('octopus', [resolved('acme', tested.clock.now())]);
  await tested.clock.advance(2 * MINUTE);
  assert.deepEqual(
    tested.log.incidents(0, Infinity).map(({ ended }) => ended),
    ['healed by octopus-task-cancel'],
  );
  assert.deepEqual(
    tested.log.pages(0, Infinity).map(({ kind }) => kind),
    ['chat'],
  );
});

test('a restart goes on with what is open, and ends what went away meanwhile', async () => {
  const database = new DatabaseSync(':memory:');
  const clock = new VirtualClock(STARTED);
  const first = logged({ database, clock });
  first.dispatcher.update('octopus', [alert('acme'), alert('globex')]);
  await clock.advance(MINUTE);
  first.stop.abort();
  await first.ended;
  const second = logged({ database, clock });
  second.dispatcher.update('octopus', [alert('acme', { activeAt: STARTED + MINUTE })]);
  second.dispatcher.settled();
  await clock.advance(5 * MINUTE);
  assert.deepEqual(
    second.log.incidents(0, Infinity).map(({ tenant, ended }) => [tenant, ended]),
    [
      ['acme', undefined],
      ['globex', 'over by itself'],
    ],
  );
});

test('the next page says how the last one of its kind ended, and what else fires', async () => {
  const tested = logged();
  tested.dispatcher.settled();
  tested.dispatcher.update('octopus', [alert('acme')]);
  await tested.clock.advance(MINUTE);
  tested.dispatcher.update('octopus', []);
  await tested.clock.advance(2 * MINUTE);
  const slow = { alertname: 'OctopusApiSlow', tenant: 'acme', severity: 'ticket' };
  const summary = 'acme: API slow, 4 s';
  tested.dispatcher.update('octopus', [
    alert('acme', { key: 'slow', labels: slow, annotations: { summary } }),
  ]);
  await tested.clock.advance(MINUTE);
  tested.dispatcher.update('more', [alert('acme', { activeAt: tested.clock.now() })]);
  await tested.clock.advance(MINUTE);
  const { details } = tested.incidents.at(-1) ?? assert.fail();
  assert.equal(details.lastSimilar?.ended, 'over by itself');
  assert.deepEqual(details.alsoFiring, [summary]);
});

test('a log that cannot be written keeps no page from going out', async () => {
  const database = new DatabaseSync(':memory:');
  const incidentLog = new SqliteIncidentLog(database);
  database.exec('DROP TABLE incidents; DROP TABLE pages');
  const tested = scene({ route, over: { incidentLog } });
  tested.dispatcher.update('octopus', [alert('acme')]);
  await tested.clock.advance(MINUTE);
  assert.equal(tested.sent.length, 2);
  assert.ok((tested.counts.get('octowatch_journal_failures_total') ?? 0) > 0);
});

test('what else fires is at most three lines, those of the same tenant first; who is concerned is said', async () => {
  const fleet = new Map(Array.from({ length: 50 }, (_, i) => [`t${i}`, { region: 'eu-west-2' }]));
  const tested = logged({ over: { fleet: () => fleet } });
  tested.dispatcher.settled();
  const others = ['t1', 't2', 't3', 't4'].map((tenant) => alert(tenant));
  const own = ['A', 'B'].map((alertname) =>
    alert('t9', {
      key: alertname,
      labels: { alertname, tenant: 't9', severity: 'ticket' },
      annotations: { summary: `t9: ${alertname}` },
    }),
  );
  tested.dispatcher.update('octopus', [...others, ...own]);
  await tested.clock.advance(MINUTE);
  tested.dispatcher.update('more', [alert('t9')]);
  await tested.clock.advance(MINUTE);
  const { details } = tested.incidents.at(-1) ?? assert.fail();
  assert.deepEqual(details.alsoFiring.slice(0, 2).toSorted(), ['t9: A', 't9: B']);
  assert.deepEqual(details.alsoFiring.slice(2), ['t1: queue stuck 12m, 43 waiting']);
  assert.equal(details.impact, '1 of 50 tenants: t9, in eu-west-2');
});

test('an incident of many tenants is written down as no one’s', async () => {
  const tested = logged({ route: { ...route, group_by: ['alertname'] } });
  tested.dispatcher.settled();
  tested.dispatcher.update('octopus', [alert('acme'), alert('globex')]);
  await tested.clock.advance(MINUTE);
  const [entry] = tested.log.open();
  assert.deepEqual([entry?.alertname, entry?.tenant], ['OctopusQueueStuck', undefined]);
});
