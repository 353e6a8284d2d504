import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { Failure } from '../model/failure.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { buildRoute } from './route.ts';
import { SqliteNotificationJournal } from './sqlite-notification-journal.ts';
import { alert, MINUTE, resolved, scene, SECOND, STARTED, working, type Scene } from './testing/scene.ts';

const HOUR = 60 * MINUTE;

function pages({ sent }: Scene): string[] {
  return sent.filter((line) => line.startsWith('pager'));
}

function onlyPager(tested: Scene, over = {}): Map<string, ReturnType<Scene['notifier']>[]> {
  return new Map([['oncall', [tested.notifier('pager', over)]]]);
}

describe('the receiver', () => {
  test('that never answers is given up after 10 s and asked again, under the same sequence', async () => {
    const tested = scene();
    tested.answers.push('never');
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(9 * SECOND);
    assert.deepEqual(pages(tested), []);
    await tested.clock.advance(2 * SECOND);
    assert.deepEqual(pages(tested), ['pager firing 1 acme']);
  });

  test('that asks for a day is asked again after five minutes', async () => {
    const tested = scene();
    tested.answers.push(new Failure('rate_limited', '429', { retryAfterMs: 24 * HOUR }));
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(5 * MINUTE - 1);
    assert.deepEqual(pages(tested), []);
    await tested.clock.advance(1);
    assert.deepEqual(pages(tested), ['pager firing 1 acme']);
  });

  test('that is down while an incident begins and ends hears of its end alone', async () => {
    const tested = scene({ route: { receiver: 'oncall', group_wait: 0, group_interval: 10 * SECOND } });
    tested.answers.push(...Array.from({ length: 5 }, () => new Failure('network', 'refused')));
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(3 * SECOND);
    tested.dispatcher.update('octopus', [resolved('acme', tested.clock.now())]);
    await tested.clock.advance(MINUTE);
    assert.deepEqual(pages(tested), ['pager resolved 2 acme']);
  });

  test('that refuses a resolve for good is asked again later', async () => {
    const tested = scene({ route: { receiver: 'oncall', group_wait: 0, group_interval: 10 * SECOND } });
    tested.dispatcher.settled();
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(SECOND);
    tested.answers.push(new Failure('unauthorized', '401'));
    tested.dispatcher.update('octopus', [resolved('acme', tested.clock.now())]);
    await tested.clock.advance(6 * MINUTE);
    assert.deepEqual(pages(tested), ['pager firing 1 acme', 'pager resolved 3 acme']);
  });

  test('of an unknown outcome that then refuses for good is told anew: it may have taken the resolve', async () => {
    const tested = scene({ route: { receiver: 'oncall', group_wait: 0, group_interval: 10 * SECOND } });
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(SECOND);
    tested.answers.push(new Failure('network', 'reset'), new Failure('rejected', '400'));
    tested.dispatcher.update('octopus', [resolved('acme', tested.clock.now())]);
    await tested.clock.advance(12 * SECOND);
    tested.dispatcher.update('octopus', [alert('acme', { firedAt: tested.clock.now() })]);
    await tested.clock.advance(12 * SECOND);
    assert.deepEqual(pages(tested), ['pager firing 1 acme', 'pager firing 3 acme']);
  });

  test('without send_resolved hears of every episode, and nothing is kept of those that ended', async () => {
    const tested = scene({ route: { receiver: 'oncall', group_wait: 0, group_interval: 10 * SECOND } });
    const route = buildRoute({ receiver: 'oncall', group_wait: 0, group_interval: 10 * SECOND });
    tested.dispatcher.reload(route, onlyPager(tested, { sendResolved: false }));
    for (let episode = 0; episode < 2; episode++) {
      tested.dispatcher.update('octopus', [alert('acme', { firedAt: tested.clock.now() })]);
      await tested.clock.advance(MINUTE);
      tested.dispatcher.update('octopus', [resolved('acme', tested.clock.now())]);
      await tested.clock.advance(MINUTE);
    }
    assert.deepEqual(pages(tested), ['pager firing 1 acme', 'pager firing 3 acme']);
    assert.deepEqual(tested.dispatcher.incidents(), []);
  });
});

describe('the journal', () => {
  test('that cannot be written keeps no page from going out, and says so', async () => {
    class FullDisk extends SqliteNotificationJournal {
      override save(): void {
        throw new Error('database or disk is full');
      }
    }
    const tested = scene({ journal: new FullDisk(new DatabaseSync(':memory:')) });
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(SECOND);
    tested.dispatcher.update('octopus', [resolved('acme', tested.clock.now())]);
    await tested.clock.advance(6 * MINUTE);
    assert.deepEqual(pages(tested), ['pager firing 1 acme', 'pager resolved 2 acme']);
    assert.ok(tested.errors.includes('notification not written down'));
    assert.ok((tested.counts.get('octowatch_journal_failures_total') ?? 0) >= 4);
  });

  test('that cannot be read keeps no page from going out', async () => {
    class Damaged extends SqliteNotificationJournal {
      override open(): never {
        throw new Error('database disk image is malformed');
      }
      override find(): never {
        throw new Error('database disk image is malformed');
      }
    }
    const tested = scene({ journal: new Damaged(new DatabaseSync(':memory:')) });
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(SECOND);
    assert.deepEqual(pages(tested), ['pager firing 1 acme']);
  });

  test('with damaged text in it: the receiver is told anew', async () => {
    const database = new DatabaseSync(':memory:');
    const clock = new VirtualClock(STARTED);
    const first = scene({ database, clock });
    first.dispatcher.update('octopus', [alert('acme')]);
    await clock.advance(SECOND);
    first.stop.abort();
    await first.ended;
    database.exec(`UPDATE notifications SET accepted = '{"key": "x'`);
    const second = scene({ database, clock });
    second.dispatcher.update('octopus', [alert('acme')]);
    await clock.advance(SECOND);
    assert.deepEqual(pages(second), ['pager firing 2 acme']);
  });

  test('that was lost repeats no sequence: a receiver would take news for a repetition', async () => {
    const clock = new VirtualClock(STARTED);
    const lives = [scene({ clock }), scene({ clock })];
    for (const { dispatcher, stop } of lives) {
      dispatcher.update('octopus', [alert('acme')]);
      await clock.advance(MINUTE);
      stop.abort();
    }
    const sequences = lives.flatMap(({ incidents }) =>
      incidents.filter(({ receipt }) => receipt === undefined).map(({ sequence }) => sequence),
    );
    // The pager's and the chat's of one life are the same notification; two lives are two.
    assert.equal(new Set(sequences).size, 2);
  });
});

describe('a group', () => {
  test('whose message cannot be made does not silence the others, and is tried again', async () => {
    let calls = 0;
    const tested = scene({
      externalUrl: () => {
        if (++calls === 1) throw new Error('no address yet');
        return 'http://127.0.0.1:9464';
      },
    });
    tested.dispatcher.update('octopus', [alert('acme'), alert('globex')]);
    await tested.clock.advance(SECOND);
    assert.deepEqual(pages(tested), ['pager firing 1 globex']);
    await tested.clock.advance(10 * SECOND);
    assert.deepEqual(pages(tested).length, 2);
  });

  test('is not looked at before its time because a heal of another one ended', async () => {
    const route = { receiver: 'oncall', group_wait: 30 * SECOND, group_interval: 5 * MINUTE };
    const tested = scene({ route });
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(SECOND);
    tested.dispatcher.wake('stuck:globex');
    tested.dispatcher.wake('stuck:acme');
    await tested.clock.advance(SECOND);
    assert.deepEqual(tested.sent, []);
    await tested.clock.advance(30 * SECOND);
    assert.equal(tested.sent.length, 2);
  });

  test('that a pager knows nothing of pages after group_wait, not after group_interval', async () => {
    const route = { receiver: 'oncall', group_wait: 10 * SECOND, group_interval: 30 * MINUTE };
    const tested = scene({ route });
    const labels = { alertname: 'OctopusQueueStuck', tenant: 'acme', severity: 'ticket' };
    tested.dispatcher.update('octopus', [alert('acme', { key: 'ticket', labels })]);
    await tested.clock.advance(MINUTE);
    tested.dispatcher.update('octopus', [alert('acme', { key: 'ticket', labels }), alert('acme')]);
    await tested.clock.advance(10 * SECOND);
    assert.deepEqual(pages(tested), ['pager firing 1 acme']);
  });

  test('does not grow with alerts that come and go while one fires', async () => {
    const route = { receiver: 'oncall', group_by: ['alertname'], group_wait: 0, group_interval: SECOND };
    const tested = scene({ route });
    for (let round = 0; round < 20; round++) {
      tested.dispatcher.update('octopus', [alert('acme'), alert(`tenant-${round}`)]);
      await tested.clock.advance(2 * SECOND);
    }
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(2 * SECOND);
    assert.deepEqual(
      tested.dispatcher.incidents().map(({ incident }) => incident.alerts.length),
      [1, 1],
    );
    assert.equal(pages(tested).at(-1)?.endsWith(' acme'), true);
  });

  test('goes on in its rhythm when the clock is set back by an hour', async () => {
    const setBack = { ms: 0 };
    const tested = scene({ setBack, route: { receiver: 'oncall', group_wait: 0, group_interval: MINUTE } });
    tested.heals.set('stuck:globex', working('stuck:globex', tested.clock.now() + 5 * MINUTE));
    tested.dispatcher.update('octopus', [alert('acme'), alert('globex')]);
    await tested.clock.advance(SECOND);
    setBack.ms = HOUR;
    tested.dispatcher.update('octopus', [resolved('acme', 0), alert('globex')]);
    await tested.clock.advance(2 * MINUTE);
    assert.deepEqual(pages(tested).toSorted(), [
      'pager firing 1 acme',
      'pager firing 1 globex',
      'pager resolved 2 acme',
    ]);
  });
});

test('what was triggered stays open when a heal begins afterwards, and no second trigger goes out', async () => {
  const tested = scene({ route: { receiver: 'oncall', group_wait: 0, group_interval: 10 * SECOND } });
  tested.dispatcher.update('octopus', [alert('acme')]);
  await tested.clock.advance(MINUTE);
  tested.heals.set('stuck:acme', working('stuck:acme', tested.clock.now() + 5 * MINUTE));
  tested.dispatcher.wake('stuck:acme');
  await tested.clock.advance(MINUTE);
  assert.deepEqual(pages(tested), ['pager firing 1 acme']);
  tested.heals.clear();
  tested.dispatcher.update('octopus', [resolved('acme', tested.clock.now())]);
  await tested.clock.advance(MINUTE);
  assert.deepEqual(pages(tested), ['pager firing 1 acme', 'pager resolved 2 acme']);
});

test('an alert goes to two receivers by continue, each with its own incident', async () => {
  const tested = scene();
  const route = buildRoute({
    receiver: 'a',
    group_wait: 0,
    routes: [{ receiver: 'a', continue: true }, { receiver: 'b' }],
  });
  tested.dispatcher.reload(
    route,
    new Map([
      ['a', [tested.notifier('pager-a')]],
      ['b', [tested.notifier('pager-b')]],
    ]),
  );
  tested.dispatcher.update('octopus', [alert('acme')]);
  await tested.clock.advance(SECOND);
  assert.deepEqual(tested.sent, ['pager-a firing 1 acme', 'pager-b firing 1 acme']);
  assert.equal(new Set(tested.incidents.map(({ key }) => key)).size, 2);
});

describe('a reload', () => {
  const route = buildRoute({ receiver: 'oncall', group_wait: 0, group_interval: 5 * MINUTE });

  test('with a mended receiver sends at once what waited for it', async () => {
    const tested = scene();
    tested.answers.push(...Array.from({ length: 7 }, () => new Failure('network', 'no such host')));
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(40 * SECOND);
    tested.answers.length = 0;
    tested.dispatcher.reload(route, new Map([['oncall', [tested.notifier('pager')]]]));
    await tested.clock.advance(1);
    assert.deepEqual(pages(tested), ['pager firing 1 acme']);
  });

  test('that moves an alert to another receiver resolves at the old one, by its old credentials', async () => {
    const tested = scene();
    tested.dispatcher.update('octopus', [alert('acme')]);
    tested.dispatcher.settled();
    await tested.clock.advance(SECOND);
    const moved = buildRoute({ receiver: 'night', group_wait: 0 });
    tested.dispatcher.reload(moved, new Map([['night', [tested.notifier('pager-night')]]]));
    await tested.clock.advance(SECOND);
    assert.deepEqual(tested.sent.slice(2).toSorted(), [
      'chat resolved 2 acme',
      `pager resolved 2 acme`,
      'pager-night firing 1001 acme',
    ]);
  });

  test('that adds a notifier before another keeps the lanes of both', async () => {
    const tested = scene();
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(SECOND);
    const notifiers = [tested.notifier('pager'), tested.notifier('pager'), tested.notifier('chat')];
    tested.dispatcher.reload(route, new Map([['oncall', notifiers]]));
    await tested.clock.advance(SECOND);
    assert.deepEqual(tested.sent, ['pager firing 1 acme', 'chat firing 1 acme', 'pager firing 1001 acme']);
  });

  test('before every rule was evaluated resolves nothing', async () => {
    const database = new DatabaseSync(':memory:');
    const clock = new VirtualClock(STARTED);
    const first = scene({ database, clock });
    first.dispatcher.update('octopus', [alert('acme')]);
    await clock.advance(SECOND);
    first.stop.abort();
    await first.ended;
    const second = scene({ database, clock });
    second.dispatcher.reload(route, new Map([['oncall', [second.notifier('pager')]]]));
    await clock.advance(10 * MINUTE);
    assert.deepEqual(second.sent, []);
  });
});
