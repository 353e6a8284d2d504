import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { Alert } from '../model/alert.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createReceivedAlertStore, type ReceivedAlertStore } from './received-alert-store.ts';
import { createReceivedAlerts, type PostedAlert, type ReceivedAlerts } from './received-alerts.ts';
import { NO_LOG } from './testing/no-log.ts';

const MINUTE = 60_000;
const DOWN = { labels: { alertname: 'Down', instance: 'a' }, annotations: { summary: 'a is down' } };

interface Bench {
  readonly received: ReceivedAlerts;
  readonly clock: VirtualClock;
  /** What was told last. */
  told(): string[];
  readonly updates: (readonly Alert[])[];
  stop(): void;
}

function bench(
  options: { store?: ReceivedAlertStore; database?: DatabaseSync; clock?: VirtualClock } = {},
): Bench {
  const { database = new DatabaseSync(':memory:'), clock = new VirtualClock(1_000_000) } = options;
  const updates: (readonly Alert[])[] = [];
  const stop = new AbortController();
  const received = createReceivedAlerts({
    store: options.store ?? createReceivedAlertStore(database),
    sink: { update: (_, alerts) => void updates.push(alerts) },
    clock,
    log: NO_LOG,
    metrics: NO_METRICS,
    resolveTimeoutMs: () => 5 * MINUTE,
  });
  void received.run(stop.signal);
  const told = (): string[] =>
    (updates.at(-1) ?? []).map(({ labels, state }) => `${labels['instance']} ${state}`);
  return { received, clock, updates, told, stop: () => stop.abort() };
}

test('an alert fires until it was not posted again for resolve_timeout', async () => {
  const { received, clock, told, updates } = bench();
  assert.deepEqual(received.post([DOWN]), { problems: [] });
  await clock.advance(4 * MINUTE);
  received.post([DOWN]);
  await clock.advance(5 * MINUTE - 1);
  assert.deepEqual(told(), ['a firing']);
  assert.equal(updates.at(-1)?.[0]?.activeAt, 1_000_000);
  await clock.advance(1);
  assert.deepEqual(told(), ['a resolved']);
  assert.equal(updates.at(-1)?.[0]?.resolvedAt, 1_000_000 + 9 * MINUTE);
});

test('an end that is posted ends it at once, and of what never fired nothing is told', async () => {
  const { received, clock, told } = bench();
  received.post([{ ...DOWN, endsAt: clock.now() + 60 * MINUTE }]);
  await clock.advance(10 * MINUTE);
  assert.deepEqual(told(), ['a firing']);
  received.post([
    { ...DOWN, endsAt: clock.now() },
    { labels: { alertname: 'Down', instance: 'b' }, endsAt: clock.now() - 1 },
  ]);
  await clock.advance(1);
  assert.deepEqual(told(), ['a resolved']);
  await clock.advance(2 * MINUTE);
  assert.deepEqual(told(), []);
});

test('a remedy that is posted is no remedy', async () => {
  const { received, clock, updates } = bench();
  const remedy = 'octopus-task-cancel';
  received.post([{ labels: { ...DOWN.labels, remedy }, annotations: { remedy, summary: 'x' } }]);
  await clock.advance(1);
  assert.doesNotMatch(JSON.stringify(updates), /octopus-task-cancel/);
});

test('a restart ends nothing falsely: each alert has the time again to be posted', async () => {
  const database = new DatabaseSync(':memory:');
  const clock = new VirtualClock(1_000_000);
  const first = bench({ database, clock });
  first.received.post([DOWN]);
  await clock.advance(MINUTE);
  first.stop();
  await clock.advance(60 * MINUTE);
  const second = bench({ database, clock });
  await clock.advance(4 * MINUTE);
  assert.deepEqual(second.told(), ['a firing']);
  second.received.post([{ ...DOWN, endsAt: clock.now() }]);
  await clock.advance(MINUTE);
  assert.deepEqual(bench({ database, clock }).told(), []);
});

const refused: readonly [name: string, posted: PostedAlert, problem: string][] = [
  ['without labels', { labels: { alertname: '' } }, 'alert 1: it has no labels'],
  ['that ends before it starts', { ...DOWN, startsAt: 5, endsAt: 4 }, 'alert 1: it ends before it starts'],
  [
    'too large',
    { labels: { alertname: 'x'.repeat(70_000) } },
    'alert 1: its labels are over 65536 characters',
  ],
];

for (const [name, posted, problem] of refused) {
  test(`an alert ${name} is refused, the others are taken`, async () => {
    const { received, clock, told } = bench();
    assert.deepEqual(received.post([posted, DOWN]), { problems: [problem] });
    await clock.advance(1);
    assert.deepEqual(told(), ['a firing']);
  });
}

test('ten thousand are taken, the next is refused, and what fires may be posted again', () => {
  const { received } = bench();
  const many = Array.from({ length: 10_001 }, (_, index) => ({ labels: { instance: `${index}` } }));
  assert.deepEqual(received.post(many).problems, [
    'alert 10001: 10000 alerts of others fire already: no more are taken',
  ]);
  assert.deepEqual(received.post(many.slice(0, 5)).problems, []);
});

test('a journal that is full keeps no alert from being told', async () => {
  const store = {
    load: () => [],
    save(): never {
      throw new Error('database or disk is full');
    },
    remove() {},
  };
  const { received, clock, told } = bench({ store });
  received.post([DOWN]);
  await clock.advance(1);
  assert.deepEqual(told(), ['a firing']);
});
