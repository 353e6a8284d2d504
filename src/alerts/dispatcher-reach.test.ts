import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { Failure } from '../model/failure.ts';
import type { Acknowledgement } from '../model/on-call.ts';
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

const HOUR = 60 * MINUTE;
const route = { receiver: 'oncall', group_wait: 0, group_interval: 5 * MINUTE, repeat_interval: 4 * HOUR };
const away = (): Failure => new Failure('network', 'connection refused');
const jo: Acknowledgement = { by: { name: 'Jo', via: 'slack' }, at: STARTED + MINUTE };

/** A pager, and a chat of its own that stands in for it. */
function withFallback(options: SceneOptions = {}): Scene {
  const fallback = () => ({ receiver: 'standby', afterMs: 5 * MINUTE });
  const tested = scene({ route, ...options, receivers: new Map(), over: { fallback } });
  tested.dispatcher.reload(
    buildRoute(route),
    new Map([
      ['oncall', [tested.notifier('pager')]],
      ['standby', [tested.notifier('chat')]],
    ]),
  );
  return tested;
}

/** `pager firing`, of each notification. */
function says({ sent }: Scene): string[] {
  return sent.map((line) => line.split(' ').slice(0, 2).join(' '));
}

describe('a receiver that cannot be reached', () => {
  test('has its incident told to the fallback receiver after five minutes, with the reason; both know the end', async () => {
    const tested = withFallback();
    tested.dispatcher.settled();
    tested.answers.push(...Array.from({ length: 13 }, away));
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(5 * MINUTE - SECOND);
    assert.deepEqual(says(tested), []);
    await tested.clock.advance(2 * SECOND);
    assert.deepEqual(says(tested), ['chat firing']);
    assert.deepEqual(tested.incidents[0]?.details.notes, ['pager unreachable for 5m: sent to standby']);
    const failing = tested.dispatcher.incidents().find(({ kind }) => kind === 'pager');
    assert.equal(failing?.failingSince, STARTED);
    assert.equal(failing?.error, 'connection refused');
    tested.answers.length = 0;
    await tested.clock.advance(10 * MINUTE);
    assert.deepEqual(says(tested), ['chat firing', 'pager firing', 'chat firing']);
    assert.match(tested.incidents.at(-1)?.details.notes.at(-1) ?? '', /^pager was told at \d\d:\d\d$/);
    tested.dispatcher.update('octopus', [resolved('acme', tested.clock.now())]);
    await tested.clock.advance(6 * MINUTE);
    assert.deepEqual(says(tested).slice(3).toSorted(), ['chat resolved', 'pager resolved']);
    assert.deepEqual(tested.dispatcher.incidents(), []);
  });

  test('for good: the fallback receiver is told at once', async () => {
    const tested = withFallback();
    tested.answers.push(new Failure('rejected', '400: invalid routing key'));
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(SECOND);
    assert.deepEqual(tested.sent, ['chat firing 1 acme']);
    assert.deepEqual(tested.incidents[0]?.details.notes, [
      'pager refuses it (400: invalid routing key): sent to standby',
    ]);
  });

  test('knows of the incident already: nobody else is bothered by a reminder that fails', async () => {
    const tested = withFallback();
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(MINUTE);
    tested.answers.push(...Array.from({ length: 500 }, away));
    await tested.clock.advance(5 * HOUR);
    assert.deepEqual(tested.sent, ['pager firing 1 acme']);
  });

  for (const standby of ['standby', 'unknown']) {
    test(`costs no work while it fails, whoever stands in (${standby})`, async () => {
      let looks = 0;
      const tested = scene({
        route,
        receivers: new Map(),
        externalUrl: () => `http://127.0.0.1:${++looks}`,
        over: { fallback: () => ({ receiver: standby, afterMs: 5 * MINUTE }) },
      });
      const receivers = new Map([
        ['oncall', [tested.notifier('pager')]],
        ['standby', [tested.notifier('chat')]],
      ]);
      tested.dispatcher.reload(buildRoute(route), receivers);
      tested.answers.push(...Array.from({ length: 500 }, away));
      tested.dispatcher.update('octopus', [alert('acme')]);
      await tested.clock.advance(2 * HOUR);
      assert.ok(looks < 400, `${looks} looks in two hours`);
    });
  }

  test('at a crash: the fallback receiver is told of the end by the next process', async () => {
    const database = new DatabaseSync(':memory:');
    const clock = new VirtualClock(STARTED);
    const first = withFallback({ database, clock });
    first.answers.push(...Array.from({ length: 99 }, away));
    first.dispatcher.update('octopus', [alert('acme')]);
    await clock.advance(6 * MINUTE);
    first.stop.abort();
    await first.ended;
    assert.equal(first.sent.length, 1);

    const second = withFallback({ database, clock });
    second.dispatcher.update('octopus', [alert('acme')]);
    second.dispatcher.settled();
    await clock.advance(MINUTE);
    second.dispatcher.update('octopus', []);
    await clock.advance(6 * MINUTE);
    const ends = second.sent.filter((line) => line.includes('resolved')).map((line) => line.split(' ')[0]);
    assert.deepEqual(new Set(ends), new Set(['chat', 'pager']));
  });

  test('while an incident ends: tried for as long as retry_for, then given up, counted and logged', async () => {
    const tested = scene({ route, over: { retryForMs: () => 6 * HOUR } });
    tested.dispatcher.settled();
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(MINUTE);
    tested.answers.push(...Array.from({ length: 1000 }, away));
    tested.dispatcher.update('octopus', [resolved('acme', tested.clock.now())]);
    await tested.clock.advance(5 * HOUR);
    assert.equal(tested.dispatcher.incidents().length, 1);
    await tested.clock.advance(2 * HOUR);
    assert.deepEqual(tested.dispatcher.incidents(), []);
    assert.equal(tested.counts.get('octowatch_notifications_lost_total'), 1);
    assert.equal(tested.errors.filter((line) => line.includes('close it at the receiver by hand')).length, 1);
  });

  test('while the alert fires: never given up', async () => {
    const tested = scene({ route, over: { retryForMs: () => HOUR } });
    tested.answers.push(...Array.from({ length: 10_000 }, away));
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(5 * HOUR);
    tested.answers.length = 0;
    await tested.clock.advance(2 * MINUTE);
    assert.ok(tested.sent.some((line) => line.startsWith('pager firing')));
  });
});

test('a receiver that the configuration lost over a restart: what is open at it stays visible and says what to do', async () => {
  const database = new DatabaseSync(':memory:');
  const clock = new VirtualClock(STARTED);
  const first = scene({ database, clock, route });
  first.dispatcher.update('octopus', [alert('acme')]);
  await clock.advance(MINUTE);
  first.stop.abort();
  await first.ended;

  const receivers = new Map();
  const second = scene({ database, clock, receivers, route: { ...route, receiver: 'nobody' } });
  second.dispatcher.update('octopus', []);
  second.dispatcher.settled();
  await clock.advance(MINUTE);
  assert.deepEqual(
    second.dispatcher.incidents().map(({ receiver, kind, error }) => [receiver, kind, error?.split(':')[0]]),
    ['pager', 'chat'].map((kind) => ['oncall', kind, 'receiver oncall is not configured any more']),
  );
  assert.ok((second.counts.get('octowatch_notifications_total') ?? 0) > 0);
  second.dispatcher.reload(
    buildRoute(route),
    new Map([['oncall', [second.notifier('pager'), second.notifier('chat')]]]),
  );
  await clock.advance(6 * MINUTE);
  assert.deepEqual(says(second).toSorted(), ['chat resolved', 'pager resolved']);
});

describe('an acknowledged incident', () => {
  test('is told who took it, gets no reminders, and its resolve', async () => {
    const tested = scene({ route });
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(MINUTE);
    const key = tested.incidents[0]?.key ?? '';
    assert.equal(tested.dispatcher.acknowledge(key, jo)?.key, key);
    await tested.clock.advance(13 * HOUR);
    assert.deepEqual(tested.sent.slice(2), ['pager firing 2 acme', 'chat firing 2 acme']);
    assert.deepEqual(tested.incidents.at(-1)?.acknowledged, jo);
    tested.dispatcher.update('octopus', [resolved('acme', tested.clock.now())]);
    await tested.clock.advance(6 * MINUTE);
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(MINUTE);
    assert.equal(tested.incidents.at(-1)?.acknowledged, undefined);
    assert.equal(tested.incidents.at(-1)?.status, 'firing');
  });

  test('stays so over a restart', async () => {
    const database = new DatabaseSync(':memory:');
    const clock = new VirtualClock(STARTED);
    const first = scene({ database, clock, route });
    first.dispatcher.update('octopus', [alert('acme')]);
    await clock.advance(MINUTE);
    first.dispatcher.acknowledge(first.incidents[0]?.key ?? '', jo);
    await clock.advance(MINUTE);
    first.stop.abort();
    await first.ended;
    const second = scene({ database, clock, route });
    second.dispatcher.update('octopus', [alert('acme')]);
    second.dispatcher.settled();
    await clock.advance(9 * HOUR);
    assert.deepEqual(second.sent, []);
  });

  test('that is not open cannot be taken', () => {
    assert.equal(scene({ route }).dispatcher.acknowledge('unknown', jo), undefined);
  });
});

test('two routes to one receiver with the same labels are two incidents; the first keeps its key when the other goes', async () => {
  const routes = [{ matchers: ['severity="page"'], continue: true }, { matchers: ['tenant="acme"'] }];
  const tested = scene({ route: { ...route, routes } });
  tested.dispatcher.settled();
  tested.dispatcher.update('octopus', [alert('acme')]);
  await tested.clock.advance(SECOND);
  const keys = new Set(tested.incidents.map(({ key }) => key));
  assert.equal(keys.size, 2);
  assert.deepEqual(
    tested.dispatcher
      .groups()
      .map(({ receiver, labels, alerts }) => [receiver, labels['tenant'], alerts.length]),
    [
      ['oncall', 'acme', 1],
      ['oncall', 'acme', 1],
    ],
  );
  const [kept] = tested.dispatcher.incidents();
  assert.ok(keys.has(kept?.incident.key ?? ''));
});

test('foreign severities follow their route: also a receiver that wakes is told', async () => {
  const tested = scene({ route });
  const labels = (severity: string): Record<string, string> => ({
    alertname: severity,
    tenant: 'acme',
    severity,
  });
  tested.dispatcher.update('octopus', [
    alert('acme', { key: 'w', labels: labels('warning') }),
    alert('acme', { key: 'c', labels: labels('critical') }),
    alert('acme', { key: 'n', labels: { alertname: 'none', tenant: 'acme' } }),
  ]);
  await tested.clock.advance(SECOND);
  assert.equal(tested.sent.filter((line) => line.startsWith('pager')).length, 3);
  assert.deepEqual(new Set(tested.incidents.map(({ severity }) => severity)), new Set(['ticket', 'page']));
});
