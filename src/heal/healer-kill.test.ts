import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { Failure } from '../model/failure.ts';
import type { Remedy } from '../model/plan.ts';
import type { Clock } from '../model/ports.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { HealJournal } from './heal-journal.ts';
import { alert, healScene, MINUTE, type HealScene } from './testing/heal-scene.ts';

const ROUND_MS = 15_000;

interface Death {
  readonly call: number;
  readonly when: 'before' | 'after';
}

/** A tenant with one stuck task, and one that counts what is done to it. */
class Tenant {
  cancels = 0;
  isStuck = true;
}

/** One process: its n-th effect on the outside is its last. */
class Life {
  isDead = false;
  #calls = 0;
  readonly #death: Death | undefined;

  constructor(death: Death | undefined) {
    this.#death = death;
  }

  act<T>(effect: () => T): T {
    if (this.isDead) throw new Failure('aborted', 'dead');
    const dies = ++this.#calls === this.#death?.call;
    if (!dies) return effect();
    if (this.#death?.when === 'after') effect();
    this.isDead = true;
    throw new Failure('aborted', 'dead');
  }

  /** Nothing that a dead process waits for ever comes. */
  async until<T>(promise: Promise<T>): Promise<T> {
    const settled = await promise.then(
      (value) => () => value,
      (error: unknown) => () => {
        throw error;
      },
    );
    if (this.isDead) await new Promise(() => undefined);
    return settled();
  }
}

function mortalJournal(database: DatabaseSync, life: Life): HealJournal {
  return new (class extends HealJournal {
    override save(...args: Parameters<HealJournal['save']>): void {
      life.act(() => super.save(...args));
    }
    override writeIntent(...args: Parameters<HealJournal['writeIntent']>): void {
      life.act(() => super.writeIntent(...args));
    }
    override writeOutcome(...args: Parameters<HealJournal['writeOutcome']>): void {
      life.act(() => super.writeOutcome(...args));
    }
    override forgetIntent(...args: Parameters<HealJournal['forgetIntent']>): void {
      life.act(() => super.forgetIntent(...args));
    }
  })(database);
}

function begin(life: Life, tenant: Tenant, database: DatabaseSync, clock: VirtualClock): HealScene {
  const seenClock: Clock = {
    now: () => clock.now(),
    sleep: (ms, signal) => life.until(clock.sleep(ms, signal)),
  };
  const remedy: Partial<Remedy> = {
    apply: ({ description }) =>
      life.until(
        Promise.try(() =>
          life.act(() => {
            tenant.cancels++;
            tenant.isStuck = false;
            return { status: 'applied', detail: description };
          }),
        ),
      ),
    reconcile: () => life.until(Promise.resolve(tenant.isStuck ? 'absent' : 'applied')),
  };
  return healScene({ database, clock, seenClock, remedy, journal: mortalJournal(database, life) });
}

/** The ruler's rounds for ten minutes, over one death; the alert goes a minute after the task is cancelled. */
async function episode(
  death: Death,
): Promise<{ tenant: Tenant; last: HealScene; deaths: number; held: number }> {
  const database = new DatabaseSync(':memory:');
  const clock = new VirtualClock();
  const tenant = new Tenant();
  let life = new Life(death);
  let scene = begin(life, tenant, database, clock);
  let [deaths, held, cancelledAt] = [0, 0, Number.POSITIVE_INFINITY];
  while (clock.now() < 10 * MINUTE) {
    if (life.isDead) {
      deaths++;
      life = new Life(undefined);
      scene = begin(life, tenant, database, clock);
      scene.healer.resume();
    }
    if (!tenant.isStuck) cancelledAt = Math.min(cancelledAt, clock.now());
    const isOver = clock.now() - cancelledAt >= MINUTE;
    scene.healer.update('g', [alert(isOver ? { state: 'resolved', resolvedAt: clock.now() } : {})]);
    const status = scene.healer.status('k1');
    if (status?.state === 'working' && clock.now() < (status.pageAt ?? 0)) held = clock.now();
    await clock.advance(ROUND_MS);
  }
  return { tenant, last: scene, deaths, held };
}

test('killed at every single call: acted on at most once, ended, and no page held past its time', async () => {
  let deaths = 0;
  for (const when of ['before', 'after'] as const) {
    for (let call = 1; ; call++) {
      const { tenant, last, held, ...run } = await episode({ call, when });
      const name = `killed ${when} call ${call}`;
      assert.equal(tenant.cancels, 1, name);
      assert.deepEqual(
        last.journal.recent(2).map(({ state }) => state),
        ['healed'],
        name,
      );
      assert.ok(held < 5 * MINUTE, name);
      assert.deepEqual(last.journal.working(), [], name);
      assert.equal(last.journal.actionsSince(0).length, 1, name);
      if (run.deaths === 0) break;
      deaths++;
    }
  }
  assert.ok(deaths >= 10, `only ${deaths} calls to die at`);
});
