import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, test } from 'node:test';
import { Failure } from '../model/failure.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { HealJournal } from './heal-journal.ts';
import { alert, alertOf, healScene, MINUTE, type HealScene } from './testing/heal-scene.ts';

const SECOND = 1000;

function stateOf({ healer }: HealScene, key = 'k1'): string | undefined {
  return healer.status(key)?.state;
}

function detailOf({ healer }: HealScene, key = 'k1'): string {
  return healer.status(key)?.detail ?? '';
}

describe('the budget', () => {
  test('holds for alerts that arrive in one update, before any has acted', async () => {
    const tested = healScene();
    const tenants = ['a', 'b', 'c', 'd', 'e'];
    tested.healer.update(
      'g',
      tenants.map((tenant) => alertOf(tenant)),
    );
    await tested.clock.advance(SECOND);
    assert.deepEqual(tested.calls, ['apply a', 'apply b', 'apply c']);
    assert.deepEqual(
      tenants.map((tenant) => stateOf(tested, tenant)),
      ['working', 'working', 'working', 'refused', 'refused'],
    );
  });

  test('lets two alerts of one tenant act once', async () => {
    const tested = healScene();
    const labels = { alertname: 'Other', tenant: 'acme' };
    tested.healer.update('g', [alert(), alert({ key: 'k2', labels })]);
    await tested.clock.advance(SECOND);
    assert.deepEqual(tested.calls, ['apply acme']);
    assert.match(detailOf(tested, 'k2'), /acted on less than 10m ago/);
  });

  test('counts over restarts', async () => {
    const database = new DatabaseSync(':memory:');
    const clock = new VirtualClock();
    for (const tenant of ['a', 'b', 'c', 'd']) {
      const life = healScene({ database, clock });
      life.healer.resume();
      life.healer.update('g', [alertOf(tenant)]);
      await clock.advance(SECOND);
      life.stop.abort();
      assert.equal(life.calls.includes(`apply ${tenant}`), tenant !== 'd', tenant);
    }
  });
});

describe('nothing is done', () => {
  test('about an alert that resolves while the plan is made', async () => {
    const clock = new VirtualClock();
    const tested = healScene({
      clock,
      remedy: {
        plan: async () => {
          await clock.sleep(5 * SECOND);
          return { remedy: 'fake', alertKey: 'k1', tenant: 'acme', steps: [] };
        },
      },
    });
    tested.healer.update('g', [alert()]);
    await clock.advance(SECOND);
    tested.healer.update('g', [alert({ state: 'resolved' })]);
    await clock.advance(10 * SECOND);
    assert.deepEqual(tested.calls, []);
    assert.notEqual(stateOf(tested), 'working');
  });

  test('when a reload disarms while the plan is made', async () => {
    const tested = healScene();
    tested.healer.update('g', [alert()]);
    tested.settings.armed = new Set();
    await tested.clock.advance(SECOND);
    assert.deepEqual(tested.calls, []);
    assert.deepEqual([stateOf(tested), detailOf(tested)], ['refused', 'disarmed before anything was done']);
    assert.equal(tested.changes.length, 1, 'the page goes');
  });

  test('by a plan that reaches for another tenant', async () => {
    const step = { id: 's', remedy: 'fake', tenant: 'globex', description: 'd', undo: '', params: {} };
    const tested = healScene({
      remedy: {
        plan: () => Promise.resolve({ remedy: 'fake', alertKey: 'k1', tenant: 'globex', steps: [step] }),
      },
    });
    tested.healer.update('g', [alert()]);
    await tested.clock.advance(SECOND);
    assert.deepEqual(tested.calls, []);
    assert.equal(detailOf(tested), 'the plan reaches beyond acme');
  });

  test('about an alert that was restored and not evaluated since', async () => {
    let isEvaluated = false;
    const tested = healScene({ isEvaluated: () => isEvaluated });
    tested.healer.update('g', [alert()]);
    await tested.clock.advance(SECOND);
    assert.equal(stateOf(tested), undefined);
    isEvaluated = true;
    tested.healer.update('g', [alert()]);
    await tested.clock.advance(SECOND);
    assert.deepEqual(tested.calls, ['apply acme']);
  });

  test('when the journal cannot be written: the page goes, and says why', async () => {
    const database = new DatabaseSync(':memory:');
    const tested = healScene({ database });
    database.exec('PRAGMA query_only = ON');
    tested.healer.update('g', [alert(), alertOf('globex')]);
    await tested.clock.advance(SECOND);
    assert.deepEqual(tested.calls, []);
    assert.equal(stateOf(tested), 'refused');
    assert.match(detailOf(tested), /cannot be written down/);
    assert.equal(tested.changes.length, 2);
  });

  test('when the journal cannot be read: the update goes through', () => {
    class Damaged extends HealJournal {
      override find(): never {
        throw new Error('database disk image is malformed');
      }
    }
    const tested = healScene({ journal: new Damaged(new DatabaseSync(':memory:')) });
    tested.healer.update('g', [alert()]);
    assert.equal(stateOf(tested), undefined);
  });
});

describe('a remedy that never answers', () => {
  test('in its plan: the heal fails after 10 s', async () => {
    const tested = healScene({ remedy: { plan: () => new Promise(() => undefined) } });
    tested.healer.update('g', [alert()]);
    await tested.clock.advance(11 * SECOND);
    assert.equal(stateOf(tested), 'failed');
  });

  test('at shutdown: its heal stays as it is for the next start', async () => {
    const database = new DatabaseSync(':memory:');
    const tested = healScene({ database, remedy: { apply: () => new Promise(() => undefined) } });
    tested.healer.update('g', [alert()]);
    await tested.clock.advance(SECOND);
    tested.stop.abort(new Failure('aborted', 'octowatch stops'));
    await tested.healer.idle();
    assert.equal(tested.journal.working().length, 1);
    assert.deepEqual(
      tested.journal.intentsOf(tested.journal.working()[0]?.id ?? '').map(({ outcome }) => outcome),
      [undefined],
    );
  });
});

describe('after a restart', () => {
  /** A heal that was killed with its intent written and its call not answered. */
  async function killed(): Promise<{ database: DatabaseSync; clock: VirtualClock }> {
    const database = new DatabaseSync(':memory:');
    const clock = new VirtualClock();
    const first = healScene({ database, clock, remedy: { apply: () => new Promise(() => undefined) } });
    first.healer.update('g', [alert()]);
    await clock.advance(SECOND);
    first.stop.abort();
    await first.healer.idle();
    return { database, clock };
  }

  test('a step without effect begins again past the guard: disarmed meanwhile, it only plans', async () => {
    const where = await killed();
    const next = healScene({
      ...where,
      armed: false,
      remedy: { reconcile: () => Promise.resolve('absent') },
    });
    next.healer.resume();
    await where.clock.advance(SECOND);
    next.healer.update('g', [alert()]);
    await where.clock.advance(SECOND);
    assert.deepEqual(next.calls, []);
    assert.equal(stateOf(next), 'planned');
  });

  test('a step without effect is not repeated for an alert that is over', async () => {
    const where = await killed();
    const next = healScene({ ...where, remedy: { reconcile: () => Promise.resolve('absent') } });
    next.healer.resume();
    await where.clock.advance(SECOND);
    next.healer.update('g', [alert({ state: 'resolved' })]);
    await where.clock.advance(SECOND);
    assert.deepEqual(next.calls, []);
    assert.deepEqual([stateOf(next), detailOf(next)], ['refused', 'over before anything was done']);
  });

  test('a heal that nobody takes up again ends when its page is due', async () => {
    const where = await killed();
    const next = healScene({ ...where, remedy: { reconcile: () => Promise.resolve('absent') } });
    next.healer.resume();
    await where.clock.advance(6 * MINUTE);
    next.healer.update('g', []);
    assert.equal(stateOf(next), 'failed');
    assert.match(detailOf(next), /interrupted by a restart/);
  });

  test('a long outage is no failed verification: it begins anew, and the page keeps its clock', async () => {
    const database = new DatabaseSync(':memory:');
    const clock = new VirtualClock();
    const first = healScene({ database, clock });
    first.healer.update('g', [alert()]);
    await clock.advance(SECOND);
    first.stop.abort();
    await clock.advance(60 * MINUTE);
    const next = healScene({ database, clock });
    next.healer.resume();
    next.healer.update('g', [alert()]);
    await clock.advance(MINUTE);
    assert.equal(stateOf(next), 'working');
    assert.equal(next.healer.status('k1')?.pageAt, 5 * MINUTE);
    next.healer.update('g', [alert({ state: 'resolved' })]);
    await next.healer.idle();
    assert.equal(stateOf(next), 'healed');
    assert.deepEqual(next.calls, []);
  });

  test('a journal with damaged steps keeps nothing from starting', async () => {
    const where = await killed();
    where.database.exec(`UPDATE heal_intents SET step = '{'`);
    const next = healScene(where);
    next.healer.resume();
    await where.clock.advance(SECOND);
    assert.equal(stateOf(next), 'failed');
    assert.deepEqual(next.calls, []);
  });
});

test('the end of an older episode does not hide the newer one', async () => {
  const clock = new VirtualClock();
  const tested = healScene({
    clock,
    remedy: {
      apply: async ({ description }) => {
        await clock.sleep(9 * SECOND);
        return { status: 'applied', detail: description };
      },
    },
  });
  tested.healer.update('g', [alert()]);
  await clock.advance(SECOND);
  tested.healer.update('g', [alert({ state: 'resolved' })]);
  await clock.advance(SECOND);
  tested.healer.update('g', [alert({ firedAt: clock.now() })]);
  assert.equal(stateOf(tested), 'refused');
  await clock.advance(10 * SECOND);
  assert.match(detailOf(tested), /acted on less than/);
});

test('what ended long ago is forgotten', async () => {
  const tested = healScene({ armed: false });
  tested.healer.update('g', [alert()]);
  await tested.clock.advance(SECOND);
  tested.healer.update('g', [alert({ state: 'resolved' })]);
  assert.equal(stateOf(tested), 'planned');
  await tested.clock.advance(61 * MINUTE);
  tested.healer.update('g', []);
  assert.equal(stateOf(tested), undefined);
});
