import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FoldSettings } from '../../src/alerts/fold-states.ts';
import type { Fault } from '../../src/alerts/testing/fake-receiver.ts';
import { OnCallWorld } from '../../src/alerts/testing/on-call-world.ts';
import { SeededRandom } from '../../src/simulator/random.ts';

const MINUTE = 60_000;
const TENANTS = Array.from({ length: 1000 }, (_, index) => `t${index}`);
const FLEET = new Map(
  TENANTS.map((tenant, index) => [tenant, { database_server: `sql-${index % 20}`, region: `r${index % 3}` }]),
);
const FOLDS: FoldSettings = {
  storm: { enabled: true, minTenants: 5, minLift: 2, minShare: 0.5, settleMs: 10 * MINUTE },
  flapping: { enabled: false, changes: 4, withinMs: 60 * MINUTE, settleMs: 15 * MINUTE },
  rateLimit: { enabled: true, incidents: 10, perMs: 10 * MINUTE },
};
const ROUTE = {
  receiver: 'oncall',
  group_wait: 30_000,
  group_interval: MINUTE,
  repeat_interval: 60 * MINUTE,
};
const FAULTS: readonly Fault[] = ['lost', 'refused', 'hangs', 'lost_hangs', 'rejected'];

/** A thousand alerts come and go, most of them together; receivers fail, people silence, and the process is killed. */
async function night(seed: number): Promise<OnCallWorld> {
  const random = new SeededRandom(`night/${seed}`);
  const world = new OnCallWorld(ROUTE, random.fork('calls').next, {
    folds: FOLDS,
    fleet: () => FLEET,
    fallback: () => ({ receiver: 'standby', afterMs: MINUTE }),
  });
  const faults = random.fork('faults');
  const fault = (): Fault => (faults.chance(0.3) ? faults.pick(FAULTS) : 'none');
  world.pager.fault = fault;
  world.chat.fault = fault;
  world.standby.fault = fault;
  for (let round = 0; round < 60; round++) {
    if (!world.isUp) world.start();
    if (random.chance(0.1))
      world.death = { call: 1 + random.integer(40), when: random.pick(['before', 'after']) };
    if (random.chance(0.08)) world.kill();
    if (random.chance(0.04)) await world.stop();
    if (random.chance(0.1)) world.acknowledge();
    if (random.chance(0.2)) world.silence(random.pick(TENANTS), 10 * MINUTE);
    // A server that fails takes its tenants along; besides, some tenant always has trouble of its own.
    if (random.chance(0.1)) {
      const server = `sql-${random.integer(20)}`;
      const victims = TENANTS.filter((tenant) => FLEET.get(tenant)?.database_server === server);
      world.fireAll(
        'Down',
        victims.filter((tenant) => !world.isFiring('Down', tenant)),
        'page',
      );
    }
    if (round === 20) world.fireAll('Slow', TENANTS, 'page');
    for (let count = random.integer(4); count > 0; count--) {
      const tenant = random.pick(TENANTS);
      if (world.isFiring('Stuck', tenant)) world.resolve('Stuck', tenant);
      else world.fire('Stuck', tenant, random.pick(['page', 'ticket']));
    }
    if (random.chance(0.05)) world.resolveAll();
    await world.tick();
  }
  world.pager.fault = () => 'none';
  world.chat.fault = () => 'none';
  world.standby.fault = () => 'none';
  world.death = undefined;
  return world;
}

/** Pages that fire and that the pager knows nothing of, and incidents it has open in which nothing fires. */
function differences(world: OnCallWorld): string[] {
  const firing = new Set(world.firing());
  // What joins a storm wakes nobody anew: it is shown where that is possible.
  const open = [...world.pager.open.values()].map(({ key, summary, alerts }) => {
    const shown = world.chat.open.get(key)?.alerts ?? [];
    return { summary, keys: [...alerts, ...shown].map((alert) => alert.key) };
  });
  const known = new Set(open.flatMap(({ keys }) => keys));
  const untold = world.pages().filter((key) => !known.has(key));
  const empty = open.filter(({ keys }) => keys.every((key) => !firing.has(key)));
  return [
    ...untold.map((key) => `nobody knows of ${key}`),
    ...empty.map(({ summary }) => `still open: ${summary}`),
  ];
}

test('a thousand alerts, receivers that fail, a process that is killed: told once, resolved, nothing forgotten', async (t) => {
  let told = 0;
  let deaths = 0;
  let stoodIn = 0;
  for (let seed = 1; seed <= 8; seed++) {
    const world = await night(seed);
    await world.pass(40 * MINUTE, MINUTE);
    assert.deepEqual(differences(world), [], `seed ${seed}: when all is quiet`);
    world.resolveAll();
    await world.pass(40 * MINUTE, MINUTE);
    const open = [world.pager, world.chat, world.standby].flatMap((receiver) => [...receiver.open.values()]);
    assert.deepEqual(open, [], `seed ${seed}: when all is over`);
    assert.deepEqual(world.leftovers(), [], `seed ${seed}: what is remembered when all is over`);
    assert.deepEqual([...world.problems, ...world.reopened()], [], `seed ${seed}`);
    told += world.pager.opens.size;
    stoodIn += world.standby.opens.size;
    deaths += world.deaths;
  }
  t.diagnostic(`${told} incidents at the pager, ${stoodIn} at the standby, ${deaths} deaths`);
  assert.ok(stoodIn > 0, 'the fallback receiver was never needed');
  assert.ok(deaths > 5, `only ${deaths} deaths`);
});
