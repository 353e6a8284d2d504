import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { Alert } from '../model/alert.ts';
import { Failure } from '../model/failure.ts';
import { buildRoute } from './route.ts';
import { SqliteNotificationJournal } from './sqlite-notification-journal.ts';
import { alert, MINUTE, scene, SECOND, type Scene, type SceneOptions } from './testing/scene.ts';

const route = {
  receiver: 'switch',
  group_by: ['alertname'],
  group_wait: 0,
  group_interval: MINUTE,
  repeat_interval: MINUTE,
};
const WATCHDOG = alert('', { key: 'watchdog', labels: { alertname: 'Watchdog', severity: 'log' } });

interface Watched extends Scene {
  /** The ruler tells of an alert when there is news of it, and evaluates it all the same. */
  evaluate(ms: number): Promise<void>;
}

function watched(rule: Alert = WATCHDOG, options: SceneOptions = {}): Watched {
  let evaluated: number | undefined;
  const tested = scene({ route, ...options, receivers: new Map(), over: { evaluatedAt: () => evaluated } });
  const heartbeat = { isHeartbeat: true, sendResolved: false, wakes: false } as const;
  tested.dispatcher.reload(buildRoute(route), new Map([['switch', [tested.notifier('pager', heartbeat)]]]));
  tested.dispatcher.update('self', [rule]);
  async function evaluate(ms: number): Promise<void> {
    for (const end = tested.clock.now() + ms; tested.clock.now() < end;) {
      evaluated = tested.clock.now();
      await tested.clock.advance(15 * SECOND);
    }
  }
  return { ...tested, evaluate };
}

test('beats come at the interval for as long as rules are evaluated', async () => {
  const tested = watched();
  await tested.evaluate(10 * MINUTE);
  assert.equal(tested.sent.length, 11);
  await tested.clock.advance(60 * MINUTE);
  assert.ok(tested.sent.length <= 12, `${tested.sent.length} beats`);
  await tested.evaluate(5 * MINUTE);
  assert.ok(tested.sent.length >= 15);
  assert.deepEqual(tested.dispatcher.incidents(), []);
});

test('a beat that fails is not repeated; the next one goes out in its time', async () => {
  const tested = watched();
  tested.answers.push(new Failure('network', 'connection refused', { retryable: false }));
  await tested.evaluate(45 * SECOND);
  assert.deepEqual(tested.sent, []);
  await tested.evaluate(MINUTE);
  assert.equal(tested.sent.length, 1);
});

test('no beat goes out while the journal cannot be written', async () => {
  class FullDisk extends SqliteNotificationJournal {
    isFull = true;
    override save(record: Parameters<SqliteNotificationJournal['save']>[0]): void {
      if (this.isFull) throw new Error('database or disk is full');
      super.save(record);
    }
  }
  const journal = new FullDisk(new DatabaseSync(':memory:'));
  const tested = watched(WATCHDOG, { journal });
  await tested.evaluate(5 * MINUTE);
  assert.deepEqual(tested.sent, []);
  journal.isFull = false;
  await tested.evaluate(2 * MINUTE);
  assert.ok(tested.sent.length > 0);
});

test('what others evaluate is no heartbeat of ours', async () => {
  const tested = watched({ ...WATCHDOG, receivedFrom: 'https://prometheus.example' });
  await tested.evaluate(5 * MINUTE);
  assert.deepEqual(tested.sent, []);
});
