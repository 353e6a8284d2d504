import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import type { Alert } from '../model/alert.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { buildRoute } from './route.ts';
import {
  alert,
  MINUTE,
  resolved,
  scene,
  SECOND,
  STARTED,
  type Scene,
  type SceneOptions,
} from './testing/scene.ts';
import { NOTHING_FOLDED } from './testing/undisturbed.ts';

const route = { receiver: 'oncall', group_wait: 30 * SECOND, group_interval: 5 * MINUTE };
const TENANTS = Array.from({ length: 20 }, (_, index) => `t${index}`);
const FLEET = new Map(
  TENANTS.map((tenant, index) => [tenant, { database_server: index < 10 ? 'sql-7' : 'sql-1' }]),
);
const ON = {
  storm: { ...NOTHING_FOLDED.storm, enabled: true },
  flapping: { ...NOTHING_FOLDED.flapping, enabled: true },
  rateLimit: { ...NOTHING_FOLDED.rateLimit, enabled: true },
};

function stormScene(options: SceneOptions = {}, only: readonly (keyof typeof ON)[] = ['storm']): Scene {
  const folds = { ...NOTHING_FOLDED, ...Object.fromEntries(only.map((name) => [name, ON[name]])) };
  return scene({ route, ...options, over: { folds, fleet: () => FLEET, ...options.over } });
}

function victims(tested: Scene, count: number, of = TENANTS): Alert[] {
  const now = tested.clock.now();
  return of.slice(0, count).map((tenant) => alert(tenant, { activeAt: now, firedAt: now }));
}

function pagerSays({ incidents, sent }: Scene): string[] {
  return incidents.flatMap(({ status, summary }, index) => {
    return sent[index]?.startsWith('pager') === true ? [`${status}: ${summary}`] : [];
  });
}

describe('a storm', () => {
  test('of tenants that fire together is one page that names what they share, and one resolve', async () => {
    const tested = stormScene();
    tested.dispatcher.settled();
    tested.dispatcher.update('octopus', victims(tested, 8));
    await tested.clock.advance(5 * MINUTE);
    const [page, ...more] = pagerSays(tested);
    assert.match(page ?? '', /^firing: 8 of 20 tenants: queue stuck, all on sql-7/);
    assert.deepEqual(more, []);
    assert.equal(
      tested.dispatcher.alerts().every(({ foldedInto }) => foldedInto === tested.incidents[0]?.key),
      true,
    );
    tested.dispatcher.update('octopus', []);
    await tested.clock.advance(60 * MINUTE);
    assert.deepEqual(
      pagerSays(tested).map((line) => line.split(':')[0]),
      ['firing', 'resolved'],
    );
    assert.deepEqual(tested.dispatcher.incidents(), []);
  });

  test('that grows is edited where that wakes nobody, and is no new page', async () => {
    const tested = stormScene();
    tested.dispatcher.settled();
    const all = victims(tested, 10);
    tested.dispatcher.update('octopus', all.slice(0, 6));
    await tested.clock.advance(5 * MINUTE);
    tested.dispatcher.update('octopus', all);
    await tested.clock.advance(5 * MINUTE);
    assert.deepEqual(tested.sent.filter((line) => line.startsWith('pager')).length, 1);
    const chat = tested.incidents.filter((_, index) => tested.sent[index]?.startsWith('chat'));
    assert.deepEqual(new Set(chat.map(({ key }) => key)).size, 1);
    assert.match(chat.at(-1)?.summary ?? '', /^10 of 20 tenants/);
    assert.equal(chat.at(-1)?.details.shared[0]?.value, 'sql-7');
  });

  test('that moves all the time is edited in place at once, and told anew every five minutes elsewhere', async () => {
    const tested = stormScene();
    const { notifier } = tested.notifier('chat');
    const notifiers = [
      tested.notifier('chat', { notifier: { ...notifier, editsInPlace: true } }),
      tested.notifier('mail'),
    ];
    tested.dispatcher.reload(buildRoute(route), new Map([['oncall', notifiers]]));
    tested.dispatcher.settled();
    const all = victims(tested, 10);
    for (let minute = 0; minute < 18; minute++) {
      tested.dispatcher.update('octopus', all.slice(0, 6 + (minute % 4)));
      await tested.clock.advance(MINUTE);
    }
    const told = (kind: string): number =>
      tested.sent.filter((line) => line.startsWith(`${kind} firing`)).length;
    assert.ok(told('chat') >= 17, `chat was told ${told('chat')} times`);
    assert.ok(told('mail') >= 3 && told('mail') <= 4, `mail was told ${told('mail')} times`);
    tested.dispatcher.update('octopus', all);
    await tested.clock.advance(10 * MINUTE);
    const last = tested.incidents.findLast((_, index) => tested.sent[index]?.startsWith('mail firing'));
    assert.match(last?.summary ?? '', /^10 of 20 tenants/);
  });

  test('takes in what was triggered before: it is resolved as merged', async () => {
    const tested = stormScene();
    tested.dispatcher.settled();
    const all = victims(tested, 10);
    tested.dispatcher.update('octopus', all.slice(0, 2));
    await tested.clock.advance(2 * MINUTE);
    tested.dispatcher.update('octopus', all);
    await tested.clock.advance(10 * MINUTE);
    const pages = tested.incidents.filter((_, index) => tested.sent[index]?.startsWith('pager'));
    const merged = pages.filter(({ status }) => status === 'resolved');
    assert.equal(merged.length, 2);
    for (const { details } of merged)
      assert.match(details.notes.at(-1) ?? '', /^merged into \d+ of 20 tenants/);
    assert.equal(tested.dispatcher.incidents().filter(({ kind }) => kind === 'pager').length, 1);
  });

  test('goes on under its key after a restart, and its members are not told one by one', async () => {
    const database = new DatabaseSync(':memory:');
    const clock = new VirtualClock(STARTED);
    const first = stormScene({ database, clock });
    first.dispatcher.settled();
    const all = victims(first, 8);
    first.dispatcher.update('octopus', all);
    await clock.advance(2 * MINUTE);
    first.stop.abort();
    await first.ended;
    assert.equal(pagerSays(first).length, 1);

    const second = stormScene({ database, clock });
    second.dispatcher.update('octopus', all);
    await clock.advance(2 * MINUTE);
    second.dispatcher.settled();
    await clock.advance(10 * MINUTE);
    assert.deepEqual(pagerSays(second), []);
    second.dispatcher.update('octopus', []);
    await clock.advance(60 * MINUTE);
    assert.deepEqual(
      second.incidents
        .filter((_, index) => second.sent[index]?.startsWith('pager'))
        .map(({ key, status }) => [key, status]),
      [[first.incidents[0]?.key, 'resolved']],
    );
  });

  test('whose members all ended while nobody looked is resolved after the restart', async () => {
    const database = new DatabaseSync(':memory:');
    const clock = new VirtualClock(STARTED);
    const first = stormScene({ database, clock });
    first.dispatcher.settled();
    first.dispatcher.update('octopus', victims(first, 8));
    await clock.advance(2 * MINUTE);
    first.stop.abort();
    await first.ended;

    const second = stormScene({ database, clock });
    second.dispatcher.settled();
    await clock.advance(30 * MINUTE);
    assert.deepEqual(
      pagerSays(second).map((line) => line.split(':')[0]),
      ['resolved'],
    );
    assert.deepEqual(second.dispatcher.incidents(), []);
  });

  test('does not silence what is none of its members', async () => {
    const tested = stormScene();
    tested.dispatcher.settled();
    const labels = { alertname: 'LicenseExpired', tenant: '', severity: 'page' };
    tested.dispatcher.update('octopus', [...victims(tested, 8), alert('fleet', { labels })]);
    await tested.clock.advance(5 * MINUTE);
    assert.equal(pagerSays(tested).length, 2);
  });
});

test('what comes and goes stays one open incident, which ends when it was quiet for long enough', async () => {
  const quick = { receiver: 'oncall', group_wait: 0, group_interval: 10 * SECOND };
  const tested = stormScene({ route: quick }, ['flapping']);
  tested.dispatcher.settled();
  for (let round = 0; round < 10; round++) {
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(MINUTE);
    tested.dispatcher.update('octopus', [resolved('acme', tested.clock.now())]);
    await tested.clock.advance(MINUTE);
  }
  const opened = tested.sent.filter((line) => line.startsWith('pager firing'));
  assert.equal(opened.length, 4);
  const shown = tested.dispatcher.incidents().find(({ kind }) => kind === 'chat');
  assert.match(shown?.incident.summary ?? '', /^acme: queue stuck.*flaps: \d+ times in 1 h$/);
  await tested.clock.advance(16 * MINUTE);
  assert.deepEqual(tested.dispatcher.incidents(), []);
  assert.equal(tested.sent.filter((line) => line.startsWith('pager resolved')).length, 4);
});

test('what is over the limit of a receiver is one summary that names how many, and nothing is dropped', async () => {
  const tested = stormScene({}, ['rateLimit']);
  tested.dispatcher.settled();
  tested.dispatcher.update('octopus', victims(tested, 14));
  await tested.clock.advance(2 * MINUTE);
  const pages = pagerSays(tested);
  assert.equal(pages.length, 11);
  assert.ok(
    pages.some((line) => line.startsWith('firing: 4 more incidents at oncall: 4 OctopusQueueStuck')),
    pages.join('\n'),
  );
  assert.equal(tested.dispatcher.alerts().filter(({ foldedInto }) => foldedInto !== undefined).length, 4);
  tested.dispatcher.update('octopus', []);
  await tested.clock.advance(10 * MINUTE);
  assert.deepEqual(tested.dispatcher.incidents(), []);
});

test('a forwarder is told of every alert as it is, storm or not', async () => {
  const tested = stormScene();
  const notifiers = [tested.notifier('forward', { isForwarder: true }), tested.notifier('chat')];
  tested.dispatcher.reload(buildRoute(route), new Map([['oncall', notifiers]]));
  tested.dispatcher.settled();
  tested.dispatcher.update('octopus', victims(tested, 8));
  await tested.clock.advance(5 * MINUTE);
  assert.equal(tested.sent.filter((line) => line.startsWith('forward firing')).length, 8);
  assert.equal(tested.sent.filter((line) => line.startsWith('chat firing')).length, 1);
});
