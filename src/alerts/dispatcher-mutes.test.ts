import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { Failure } from '../model/failure.ts';
import type { Mute } from '../model/on-call.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import type { SilenceRequest } from '../model/silence.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createSilences } from './mute/create-silences.ts';
import type { Silences } from './mute/silences.ts';
import { NO_LOG } from './testing/no-log.ts';
import { alert, MINUTE, resolved, scene, STARTED, type Scene, type SceneOptions } from './testing/scene.ts';

const route = { receiver: 'oncall', group_wait: 0, group_interval: 5 * MINUTE, repeat_interval: 60 * MINUTE };

interface SilencedScene extends Scene {
  readonly silences: Silences;
}

function silencedScene(options: SceneOptions & { readonly isSettled?: boolean } = {}): SilencedScene {
  const { database = new DatabaseSync(':memory:'), clock = new VirtualClock(STARTED) } = options;
  const silences = createSilences({ database, clock, random: Math.random, log: NO_LOG, metrics: NO_METRICS });
  const muter = { mutesOf: silences.mutesOf.bind(silences), couldInhibit: () => false, take() {} };
  const only = { route, ...options, database, clock, over: { silences, muter, ...options.over } };
  const tested = scene(only);
  if (options.isSettled !== false) tested.dispatcher.settled();
  return { ...tested, silences };
}

function silence(tested: SilencedScene, forMs: number, over: Partial<SilenceRequest> = {}): string {
  const startsAt = tested.clock.now();
  const matchers = [{ name: 'tenant', value: 'acme', isRegex: false, isEqual: true }];
  const request = {
    matchers,
    startsAt,
    endsAt: startsAt + forMs,
    createdBy: 'jo',
    comment: 'upgrade',
    ...over,
  };
  const { id } = tested.silences.put(request);
  tested.dispatcher.mutesChanged();
  return id;
}

function pages({ sent }: Scene): string[] {
  return sent.filter((line) => line.startsWith('pager'));
}

describe('a silence', () => {
  test('keeps what is new from being told, on every receiver', async () => {
    const tested = silencedScene();
    silence(tested, 60 * MINUTE);
    tested.dispatcher.update('octopus', [alert('acme'), alert('globex')]);
    await tested.clock.advance(30 * MINUTE);
    assert.deepEqual(tested.sent, ['pager firing 1 globex', 'chat firing 1 globex']);
    assert.deepEqual(
      tested.dispatcher
        .alerts()
        .map((view) => [view.alert.labels['tenant'], view.mutes.map(({ kind }) => kind)]),
      [
        ['acme', ['silence']],
        ['globex', []],
      ],
    );
  });

  test('of what was triggered: no repeats, and a resolve all the same', async () => {
    const tested = silencedScene();
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(MINUTE);
    silence(tested, 10 * 60 * MINUTE);
    await tested.clock.advance(3 * 60 * MINUTE);
    assert.deepEqual(pages(tested), ['pager firing 1 acme']);
    tested.dispatcher.update('octopus', [resolved('acme', tested.clock.now())]);
    await tested.clock.advance(5 * MINUTE);
    assert.deepEqual(pages(tested), ['pager firing 1 acme', 'pager resolved 2 acme']);
  });

  test('that ends while its alert fires: the next page says so, at once', async () => {
    const tested = silencedScene();
    silence(tested, 7 * MINUTE);
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(7 * MINUTE - 1);
    assert.deepEqual(tested.sent, []);
    await tested.clock.advance(2);
    assert.deepEqual(pages(tested), ['pager firing 1 acme']);
    const ended = new Date(STARTED + 7 * MINUTE).toISOString().slice(11, 16);
    assert.deepEqual(tested.incidents[0]?.details.notes, [
      `the silence of jo (upgrade) ended at ${ended}, still firing`,
    ]);
  });

  test('that a person ends: what was told before is told again, with a note, once', async () => {
    const tested = silencedScene();
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(MINUTE);
    const id = silence(tested, 60 * MINUTE);
    await tested.clock.advance(MINUTE);
    tested.silences.expire(id);
    tested.dispatcher.mutesChanged();
    await tested.clock.advance(20 * MINUTE);
    assert.deepEqual(pages(tested), ['pager firing 1 acme', 'pager firing 2 acme']);
    assert.match(tested.incidents.at(-1)?.details.notes[0] ?? '', /^the silence of jo \(upgrade\) ended at /);
  });

  test('with its alert ends when it is over, and mutes the next episode no more', async () => {
    const tested = silencedScene();
    silence(tested, 60 * MINUTE, { endsWithAlert: true });
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(MINUTE);
    tested.dispatcher.update('octopus', [resolved('acme', tested.clock.now())]);
    await tested.clock.advance(6 * MINUTE);
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(MINUTE);
    assert.deepEqual(
      pages(tested).map((line) => line.slice(0, 12)),
      ['pager firing'],
    );
  });

  test('outlives a restart, and so does the end that is owed to what was triggered', async () => {
    const database = new DatabaseSync(':memory:');
    const clock = new VirtualClock(STARTED);
    const first = silencedScene({ database, clock });
    first.dispatcher.update('octopus', [alert('acme')]);
    await clock.advance(MINUTE);
    silence(first, 60 * MINUTE);
    first.stop.abort();
    await first.ended;

    const second = silencedScene({ database, clock, isSettled: false });
    second.dispatcher.update('octopus', [alert('acme'), alert('acme', { key: 'new' })]);
    second.dispatcher.settled();
    await clock.advance(10 * MINUTE);
    assert.deepEqual(second.sent, []);
    second.dispatcher.update('octopus', []);
    await clock.advance(10 * MINUTE);
    assert.deepEqual(pages(second), ['pager resolved 2 acme']);
  });
});

describe('an inhibited alert', () => {
  const inhibited: Mute = { kind: 'inhibition', id: 'down', reason: 'inhibited by HostDown' };

  test('is told when what inhibits it is over and it still fires', async () => {
    let mutes: readonly Mute[] = [inhibited];
    const tested = scene({
      route,
      over: { muter: { mutesOf: () => mutes, couldInhibit: () => true, take() {} } },
    });
    tested.dispatcher.settled();
    tested.dispatcher.update('octopus', [alert('acme')]);
    await tested.clock.advance(20 * MINUTE);
    assert.deepEqual(tested.sent, []);
    mutes = [];
    await tested.clock.advance(5 * MINUTE);
    assert.deepEqual(pages(tested), ['pager firing 1 acme']);
  });

  for (const [name, settledAfter, told] of [
    ['waits after a start until every rule was evaluated', 20_000, 20_000],
    ['never waits for longer than two evaluations', undefined, 30_000],
  ] as const) {
    test(name, async () => {
      const couldInhibit = ({ key }: { key: string }): boolean => key !== 'stuck:globex';
      const muter = { mutesOf: () => [], couldInhibit, take() {} };
      const tested = scene({ route, over: { muter, startGraceMs: 30_000 } });
      tested.dispatcher.update('octopus', [alert('acme'), alert('globex')]);
      await tested.clock.advance(1);
      assert.deepEqual(pages(tested), ['pager firing 1 globex']);
      if (settledAfter !== undefined) {
        await tested.clock.advance(settledAfter - 2);
        tested.dispatcher.settled();
      } else await tested.clock.advance(told - 2);
      await tested.clock.advance(1);
      assert.deepEqual(pages(tested).length, 2);
    });
  }
});

test('silences that cannot be written keep no page from going out', async () => {
  const broken = (): never => {
    throw new Failure('disk', 'database or disk is full');
  };
  const { silences } = silencedScene();
  silences.settle = broken;
  const second = scene({ route, over: { silences } });
  second.dispatcher.settled();
  second.dispatcher.update('octopus', [alert('acme')]);
  await second.clock.advance(MINUTE);
  assert.deepEqual(pages(second), ['pager firing 1 acme']);
});
