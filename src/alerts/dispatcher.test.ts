import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { Alert } from '../model/alert.ts';
import { Failure } from '../model/failure.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { alert, MINUTE, resolved, scene, SECOND, STARTED, working } from './testing/scene.ts';

test('one trigger, no matter how often the ruler repeats it, and one resolve', async () => {
  const { dispatcher, clock, sent, incidents } = scene();
  for (let round = 0; round < 10; round++) {
    dispatcher.update('octopus', [alert('acme')]);
    await clock.advance(15 * SECOND);
  }
  assert.deepEqual(sent, ['pager firing 1 acme', 'chat firing 1 acme']);
  for (let round = 0; round < 30; round++) {
    dispatcher.update('octopus', [resolved('acme', clock.now())]);
    await clock.advance(15 * SECOND);
  }
  assert.deepEqual(sent.slice(2), ['pager resolved 2 acme', 'chat resolved 2 acme']);
  assert.deepEqual(incidents.at(-1)?.receipt, { sent: 2 });
});

test('group_wait gathers, group_interval adds, repeat_interval reminds', async () => {
  const route = {
    receiver: 'oncall',
    group_by: ['alertname'],
    group_wait: 30 * SECOND,
    group_interval: 5 * MINUTE,
    repeat_interval: 60 * MINUTE,
  };
  const { dispatcher, clock, sent } = scene({ route });
  dispatcher.update('octopus', [alert('a')]);
  await clock.advance(10 * SECOND);
  dispatcher.update('octopus', [alert('a'), alert('b')]);
  await clock.advance(20 * SECOND);
  assert.deepEqual(sent, ['pager firing 1 a,b', 'chat firing 1 a,b']);
  dispatcher.update('octopus', [alert('a'), alert('b'), alert('c')]);
  await clock.advance(4 * MINUTE);
  assert.equal(sent.length, 2);
  await clock.advance(1 * MINUTE);
  assert.deepEqual(sent.slice(2), ['pager firing 2 a,b,c', 'chat firing 2 a,b,c']);
  await clock.advance(61 * MINUTE);
  assert.deepEqual(sent.slice(4), ['pager firing 3 a,b,c', 'chat firing 3 a,b,c']);
});

test('a ticket wakes nobody, and a log goes nowhere', async () => {
  const { dispatcher, clock, sent } = scene();
  const labels = (severity: string): Alert['labels'] => ({ alertname: severity, tenant: 'acme', severity });
  dispatcher.update('octopus', [
    alert('acme', { key: 't', labels: labels('ticket') }),
    alert('acme', { key: 'l', labels: labels('log') }),
  ]);
  await clock.advance(SECOND);
  assert.deepEqual(sent, ['chat firing 1 acme']);
});

test('while a heal works the page is held and the chat says healing; healed, the pager hears nothing', async () => {
  const { dispatcher, clock, sent, heals } = scene();
  heals.set('stuck:acme', working('stuck:acme', clock.now() + 5 * MINUTE));
  dispatcher.update('octopus', [alert('acme')]);
  await clock.advance(MINUTE);
  assert.deepEqual(sent, ['chat healing 1 acme']);
  heals.set('stuck:acme', { ...working('stuck:acme', 0), state: 'healed' });
  dispatcher.update('octopus', [resolved('acme', clock.now())]);
  dispatcher.wake('stuck:acme');
  await clock.advance(SECOND);
  assert.deepEqual(sent.slice(1), ['chat resolved 2 acme']);
});

test('a heal that fails lets the page go at once, saying what was tried', async () => {
  const { dispatcher, clock, sent, heals, incidents } = scene();
  heals.set('stuck:acme', working('stuck:acme', clock.now() + 5 * MINUTE));
  dispatcher.update('octopus', [alert('acme')]);
  await clock.advance(MINUTE);
  heals.set('stuck:acme', {
    ...working('stuck:acme', 0),
    state: 'failed',
    detail: 'cancel ServerTasks-1; still firing 2m later',
  });
  dispatcher.wake('stuck:acme');
  await clock.advance(SECOND);
  assert.deepEqual(sent.slice(1), ['pager firing 1 acme', 'chat firing 2 acme']);
  assert.deepEqual(incidents.at(-1)?.heals, [
    'octopus-task-cancel did not help: cancel ServerTasks-1; still firing 2m later',
  ]);
});

test('page_after ends the hold even if the heal never ends', async () => {
  const { dispatcher, clock, sent, heals } = scene();
  heals.set('stuck:acme', working('stuck:acme', clock.now() + 2 * MINUTE));
  dispatcher.update('octopus', [alert('acme')]);
  await clock.advance(2 * MINUTE - 1);
  assert.deepEqual(sent, ['chat healing 1 acme']);
  await clock.advance(SECOND);
  assert.deepEqual(sent.slice(1), ['pager firing 1 acme', 'chat firing 2 acme']);
});

test('a trigger that fails is tried again under its sequence, and the resolve never overtakes it', async () => {
  const { dispatcher, clock, sent, answers } = scene({
    route: { receiver: 'oncall', group_wait: 0, group_interval: SECOND },
  });
  answers.push(...Array.from({ length: 3 }, () => new Failure('server_error', '503')));
  dispatcher.update('octopus', [alert('acme')]);
  await clock.advance(MINUTE);
  dispatcher.update('octopus', [resolved('acme', clock.now())]);
  await clock.advance(MINUTE);
  assert.deepEqual(
    sent.filter((line) => line.startsWith('pager')),
    ['pager firing 1 acme', 'pager resolved 2 acme'],
  );
});

test('a refusal for good is not repeated', async () => {
  const { dispatcher, clock, sent, answers } = scene();
  answers.push(new Failure('rejected', '400: invalid routing key'));
  dispatcher.update('octopus', [alert('acme')]);
  await clock.advance(4 * MINUTE);
  assert.deepEqual(sent, ['chat firing 1 acme']);
  assert.deepEqual(answers, []);
  assert.deepEqual(
    dispatcher.incidents().map(({ kind, error }) => [kind, error]),
    [
      ['pager', '400: invalid routing key'],
      ['chat', undefined],
    ],
  );
});

test('a restart pages nobody twice, and resolves what went away meanwhile', async () => {
  const database = new DatabaseSync(':memory:');
  const clock = new VirtualClock(STARTED);
  const first = scene({ database, clock });
  first.dispatcher.update('octopus', [alert('acme'), alert('globex')]);
  await clock.advance(SECOND);
  first.stop.abort();
  await first.ended;
  assert.equal(first.sent.length, 4);

  const second = scene({ database, clock });
  second.dispatcher.update('octopus', [alert('acme')]);
  second.dispatcher.settled();
  await clock.advance(MINUTE);
  assert.deepEqual(second.sent, ['pager resolved 2 globex', 'chat resolved 2 globex']);
});

test('killed between intent and receipt: the same notification goes out under the same sequence', async () => {
  const database = new DatabaseSync(':memory:');
  const clock = new VirtualClock(STARTED);
  const first = scene({ database, clock });
  first.answers.push(...Array.from({ length: 9 }, () => new Failure('network', 'reset')));
  first.dispatcher.update('octopus', [alert('acme')]);
  await clock.advance(SECOND);
  first.stop.abort();
  await first.ended;
  assert.deepEqual(first.sent, ['chat firing 1 acme']);

  const second = scene({ database, clock });
  second.dispatcher.update('octopus', [alert('acme')]);
  await clock.advance(SECOND);
  assert.deepEqual(second.sent, ['pager firing 1 acme']);
});
