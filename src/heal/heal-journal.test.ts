import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { Failure } from '../model/failure.ts';
import type { Step } from '../model/plan.ts';
import { HealJournal } from './heal-journal.ts';
import type { HealRecord } from './heal-record.ts';

const HOUR = 3_600_000;
const T = 1_000 * HOUR;

function heal(id: string, over: Partial<HealRecord> = {}): HealRecord {
  return {
    id,
    alertKey: `alert-${id}`,
    alertName: 'Stalled',
    remedy: 'cancel',
    tenant: `tenant-${id}`,
    state: 'working',
    detail: '',
    startedAt: T,
    pageAt: T + HOUR,
    appliedAt: null,
    endedAt: null,
    by: null,
    ...over,
  };
}

function step(id: string, tenant = 'acme'): Step {
  const params = { task: { id: 'ServerTasks-1' }, list: [1, null] };
  return { id, remedy: 'cancel', tenant, description: `cancel ${id}`, undo: 'none', params };
}

test('records and intents are read back as they were written, also by another process', () => {
  const database = new DatabaseSync(':memory:');
  const first = new HealJournal(database);
  const record = heal('a', { detail: 'ünïcode; "quotes"', appliedAt: T + 1 });
  first.save(record);
  first.writeIntent('a', { step: step('s1'), at: T });
  first.writeIntent('a', { step: step('s2'), at: T });
  first.writeOutcome('s1', { status: 'applied', detail: 'done' });
  const second = new HealJournal(database);
  assert.deepEqual(second.find('a'), record);
  assert.deepEqual(second.working(), [record]);
  assert.deepEqual(second.intentsOf('a'), [
    { intent: { step: step('s1'), at: T }, outcome: { status: 'applied', detail: 'done' } },
    { intent: { step: step('s2'), at: T } },
  ]);
  second.save({ ...record, state: 'healed', endedAt: T + 2 });
  assert.deepEqual(second.working(), []);
});

test('a step is begun once, whoever asks', () => {
  const journal = new HealJournal(new DatabaseSync(':memory:'));
  journal.writeIntent('a', { step: step('s1'), at: T });
  assert.throws(
    () => journal.writeIntent('b', { step: step('s1'), at: T + 1 }),
    (error) => error instanceof Failure && /begun before, not repeated/.test(error.message),
  );
  assert.equal(journal.intentsOf('a').length, 1);
  journal.forgetIntent('s1');
  journal.writeIntent('b', { step: step('s1'), at: T + 2 });
  assert.equal(journal.hasIntents('a'), false);
  assert.equal(journal.hasIntents('b'), true);
});

test('an intent that cannot be written is a failure of the disk: nothing may be done then', () => {
  const database = new DatabaseSync(':memory:');
  const journal = new HealJournal(database);
  database.exec('PRAGMA query_only = ON');
  assert.throws(
    () => journal.writeIntent('a', { step: step('s1'), at: T }),
    (error) => error instanceof Failure && error.reason === 'disk',
  );
});

test('budgets count one for each heal: with its first step, or from its start while it has none', () => {
  const journal = new HealJournal(new DatabaseSync(':memory:'));
  journal.save(heal('two-steps', { state: 'healed' }));
  journal.writeIntent('two-steps', { step: step('s1'), at: T + 5 });
  journal.writeIntent('two-steps', { step: step('s2'), at: T + 9 });
  journal.save(heal('about-to'));
  journal.save(heal('planned', { state: 'planned' }));
  journal.save(heal('refused', { state: 'refused' }));
  journal.save(heal('asks'));
  assert.deepEqual(
    journal.actionsSince(T, 'asks').map(({ tenant, at }) => [tenant, at]),
    [
      ['tenant-about-to', T],
      ['tenant-two-steps', T + 5],
    ],
  );
  assert.deepEqual(
    journal.actionsSince(T + 5, 'asks').map(({ tenant }) => tenant),
    ['tenant-two-steps'],
  );
});

test('a heal that a long outage interrupted counts from when it acted', () => {
  const journal = new HealJournal(new DatabaseSync(':memory:'));
  journal.save(heal('a'));
  journal.writeIntent('a', { step: step('s1'), at: T + 20 * HOUR });
  assert.equal(journal.actionsSince(T + 19 * HOUR).length, 1);
});

test('what ended long ago is forgotten, and what works never', () => {
  const journal = new HealJournal(new DatabaseSync(':memory:'));
  journal.save(heal('old', { state: 'healed', endedAt: T }));
  journal.writeIntent('old', { step: step('s1'), at: T });
  journal.save(heal('new', { state: 'failed', endedAt: T + HOUR }));
  journal.save(heal('works'));
  journal.expire(T + 1);
  assert.deepEqual(
    journal.recent(10).map(({ id }) => id),
    ['works', 'new'],
  );
  assert.equal(journal.hasIntents('old'), false);
});

test('the newest heals come first', () => {
  const journal = new HealJournal(new DatabaseSync(':memory:'));
  for (const id of ['a', 'b', 'c']) journal.save(heal(id, { startedAt: T + id.charCodeAt(0) }));
  assert.deepEqual(
    journal.recent(2).map(({ id }) => id),
    ['c', 'b'],
  );
});
