import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { failureOf } from '../../test/fakes/failure-of.ts';
import { Failure } from '../model/failure.ts';
import type { Person } from '../model/on-call.ts';
import { HealJournal } from './heal-journal.ts';
import { alert, alertOf, healScene as scene, MINUTE } from './testing/heal-scene.ts';

const PRIYA: Person = { name: 'Priya Nair', id: 'U0PRIYA', via: 'slack' };
const BY_HAND = { armed: false, suggested: true };

describe('a remedy that a person runs', () => {
  test('acts although it is not armed, and its record says who asked', async () => {
    const { healer, clock, calls, journal } = scene(BY_HAND);
    healer.update('g', [alert()]);
    await healer.idle();
    assert.deepEqual(healer.offer('k1'), { remedy: 'fake', plan: 'cancel ServerTasks-1' });
    await clock.advance(MINUTE);
    assert.equal(await healer.runNow('k1', PRIYA), 'fake begins: cancel ServerTasks-1');
    healer.update('g', [alert()]);
    assert.deepEqual([healer.status('k1')?.state, healer.status('k1')?.pageAt], ['working', undefined]);
    healer.update('g', [alert({ state: 'resolved' })]);
    await healer.idle();
    assert.deepEqual(calls, ['apply acme']);
    assert.equal(healer.status('k1')?.detail, 'cancel ServerTasks-1, run by Priya Nair');
    assert.deepEqual(
      journal.recent(5).map(({ state, by }) => [state, by]),
      [
        ['healed', PRIYA],
        ['planned', null],
      ],
    );
  });

  test('is run after the automatic heal did not help, if the budget allows', async () => {
    const { healer, clock, calls, settings } = scene({
      remedy: {
        plan: (target) => {
          const step = { id: `${calls.length}`, remedy: 'fake', tenant: 'acme', description: 'cancel' };
          const steps = [{ ...step, undo: 'none', params: {} }];
          return Promise.resolve({ remedy: 'fake', alertKey: target.key, tenant: 'acme', steps });
        },
      },
    });
    healer.update('g', [alert()]);
    await clock.advance(2 * MINUTE);
    await healer.idle();
    assert.equal(healer.status('k1')?.state, 'failed');
    const { reason, retryable, message } = await failureOf(healer.runNow('k1', PRIYA));
    assert.deepEqual([reason, retryable], ['budget', false]);
    assert.match(message, /fake is not run: acted on less than 10m ago/);
    await clock.advance(settings.limits.cooldownMs);
    await healer.runNow('k1', PRIYA);
    assert.deepEqual(calls, ['apply acme', 'apply acme']);
  });

  test('is not run twice at once, nor past what the guard forbids', async () => {
    const { healer } = scene({ ...BY_HAND, remedy: { apply: () => new Promise(() => {}) } });
    healer.update('g', [alert()]);
    await healer.idle();
    const [first, second] = await Promise.allSettled([
      healer.runNow('k1', PRIYA),
      healer.runNow('k1', { ...PRIYA, name: 'Tom Okafor' }),
    ]);
    assert.equal(first.status, 'fulfilled');
    assert.match(String(second.status === 'rejected' && second.reason), /at work already/);
    assert.equal(healer.offer('k1'), undefined);

    const storm = scene(BY_HAND);
    storm.healer.update(
      'g',
      ['a', 'b', 'c'].map((tenant) => alert({ key: tenant, labels: { alertname: 'X', tenant } })),
    );
    await storm.healer.idle();
    assert.match((await failureOf(storm.healer.runNow('a', PRIYA))).message, /3 tenants have the same alert/);
    assert.deepEqual(storm.calls, []);
  });

  const REFUSED = [
    ['an alert that is over', { over: { state: 'resolved' } }, 'not_found', /over/],
    ['an alert without a remedy', { over: { annotations: {} } }, 'not_found', /has no remedy/],
    ['an alert of somebody else', { over: { receivedFrom: 'https://am.example' } }, 'not_found', /no remedy/],
    ['a remedy that is not suggested', { suggested: false }, 'forbidden', /heal\.suggest/],
    ['a rule that was not evaluated yet', { isEvaluated: () => false }, 'rejected', /not evaluated/],
  ] as const;
  for (const [name, { over = {}, ...options }, expected, words] of REFUSED.map(
    ([title, setting, ...rest]) => [title, { over: {}, ...setting }, ...rest] as const,
  )) {
    test(`is refused for ${name}`, async () => {
      const { healer, calls } = scene({ ...BY_HAND, ...options });
      healer.update('g', [alert(over)]);
      await healer.idle();
      assert.equal(healer.offer('k1'), undefined);
      const { reason, message } = await failureOf(healer.runNow('k1', PRIYA));
      assert.equal(reason, expected);
      assert.match(message, words);
      assert.deepEqual(calls, []);
    });
  }

  test('says so when it finds nothing to act on', async () => {
    const { healer, calls } = scene({
      ...BY_HAND,
      remedy: { plan: () => Promise.reject(new Failure('not_found', 'no stuck task on acme')) },
    });
    healer.update('g', [alert()]);
    await healer.idle();
    assert.match((await failureOf(healer.runNow('k1', PRIYA))).message, /did nothing: no stuck task on acme/);
    assert.deepEqual(calls, []);
  });

  test('when the process dies before anything was done, is not begun again by itself', async () => {
    const database = new DatabaseSync(':memory:');
    const first = scene({ ...BY_HAND, database, remedy: { plan: () => new Promise(() => {}) } });
    first.healer.update('g', [alert()]);
    const pressed = failureOf(first.healer.runNow('k1', PRIYA));
    first.stop.abort();
    await pressed;
    assert.equal(new HealJournal(database).working().length, 1);
    const second = scene({ ...BY_HAND, database, clock: first.clock });
    second.healer.resume();
    second.healer.update('g', [alert()]);
    await second.healer.idle();
    assert.deepEqual(second.calls, []);
    assert.match(second.healer.status('k1')?.detail ?? '', /interrupted by a restart/);
  });

  test('counts in the budgets of automatic heals', async () => {
    const { healer, clock, settings, calls } = scene({ suggested: true });
    settings.armed = new Set();
    settings.limits = { ...settings.limits, perHour: 1 };
    healer.update('g', [alert()]);
    await healer.idle();
    await healer.runNow('k1', PRIYA);
    await clock.advance(MINUTE);
    settings.armed = new Set(['fake']);
    healer.update('h', [alertOf('globex')]);
    assert.match(healer.status('globex')?.detail ?? '', /the fleet's budget is spent/);
    assert.deepEqual(calls, ['apply acme']);
  });
});

test('a journal of a version that knew no askers is taken over', () => {
  const database = new DatabaseSync(':memory:');
  database.exec(`CREATE TABLE heals (
    id TEXT PRIMARY KEY, alertKey TEXT NOT NULL, alertName TEXT NOT NULL, remedy TEXT NOT NULL,
    tenant TEXT NOT NULL, state TEXT NOT NULL, detail TEXT NOT NULL, startedAt INTEGER NOT NULL,
    pageAt INTEGER, appliedAt INTEGER, endedAt INTEGER) STRICT;
    INSERT INTO heals VALUES ('1', 'k', 'n', 'fake', 'acme', 'healed', 'done', 1, NULL, NULL, 2)`);
  assert.deepEqual(
    new HealJournal(database).recent(1).map(({ id, by }) => [id, by]),
    [['1', null]],
  );
});
