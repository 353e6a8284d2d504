import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SeededRandom } from '../simulator/random.ts';
import type { RouteOptions } from './route.ts';
import type { Fault } from './testing/fake-receiver.ts';
import type { Death } from './testing/mortal.ts';
import { OnCallWorld } from './testing/on-call-world.ts';

const SECOND = 1000;
const MINUTE = 60_000;
const SEEDS = 300;
const FAULTS: readonly Fault[] = ['lost', 'refused', 'hangs', 'lost_hangs'];
const ALERTS = [
  ['Stuck', 'acme', 'page'],
  ['Stuck', 'globex', 'page'],
  ['Slow', 'acme', 'ticket'],
  ['Down', 'acme', 'page'],
] as const;

/** One invocation of everything that may go wrong, in a rhythm that the seed draws. */
async function chaos(seed: number): Promise<{ world: OnCallWorld; trace: string }> {
  const random = new SeededRandom(`on-call/${seed}`);
  const group_by = random.pick([['alertname'], ['alertname', 'tenant'], ['tenant']]);
  const timing = { group_by, group_wait: 10 * SECOND, group_interval: MINUTE, repeat_interval: 10 * MINUTE };
  const routes: RouteOptions[] = ['oncall', 'backup'].map((receiver) => ({ receiver, ...timing }));
  const world = new OnCallWorld(routes[0] ?? {}, random.fork('calls').next);
  const faulty = random.uniform(0, 0.6);
  const deadly = random.uniform(0, 0.05);
  const moving = random.chance(0.3) ? 0.02 : 0;
  const healing = random.chance(0.5);
  const faults = random.fork('faults');
  const fault = (): Fault =>
    faults.chance(faulty) ? faults.pick(faults.chance(0.1) ? ['rejected'] : FAULTS) : 'none';
  world.pager.fault = fault;
  world.chat.fault = fault;

  for (let round = 0; round < 40; round++) {
    if (!world.isUp && random.chance(0.3)) world.start();
    if (random.chance(deadly))
      world.death = { call: 1 + random.integer(6), when: random.pick(['before', 'after']) };
    if (random.chance(deadly)) world.kill();
    if (random.chance(deadly / 2)) await world.stop();
    if (random.chance(moving)) world.reroute(random.pick(routes));
    for (const [name, tenant, severity] of ALERTS) {
      if (!random.chance(0.06)) continue;
      const key = `${name}:${tenant}`;
      if (world.isFiring(name, tenant)) {
        world.resolve(name, tenant);
        world.healEnded(key, 'healed');
      } else {
        world.heals.delete(key);
        if (healing && severity === 'page' && random.chance(0.5)) {
          const startedAt = world.clock.now();
          const pageAt = startedAt + 3 * MINUTE;
          world.heals.set(key, {
            alertKey: key,
            remedy: 'r',
            tenant,
            state: 'working',
            detail: 'd',
            startedAt,
            pageAt,
          });
        }
        world.fire(name, tenant, severity);
      }
    }
    for (const [key, heal] of world.heals)
      if (heal.state === 'working' && random.chance(0.1)) world.healEnded(key, 'failed');
    await world.tick();
  }
  world.pager.fault = () => 'none';
  world.chat.fault = () => 'none';
  world.death = undefined;
  await world.pass(7 * MINUTE, MINUTE);
  return { world, trace: JSON.stringify([world.pager.taken, world.chat.taken]) };
}

test(`${SEEDS} schedules of kills, lost answers and reroutes: every incident opens once, closes once, and nothing is forgotten`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) {
    const { world } = await chaos(seed);
    assert.deepEqual(world.unsettled(), [], `seed ${seed}: what receivers know when all is quiet`);
    for (const [name, tenant] of ALERTS) world.resolve(name, tenant);
    await world.pass(7 * MINUTE, MINUTE);
    assert.deepEqual(world.unsettled(), [], `seed ${seed}: what is open when all is over`);
    assert.deepEqual([...world.problems, ...world.reopened()], [], `seed ${seed}`);
  }
});

test('the same seed gives the same calls', async () => {
  assert.equal((await chaos(7)).trace, (await chaos(7)).trace);
});

/** Fires, joins, resolves, flaps; dies once, at the given call. */
async function episode(death: Death): Promise<OnCallWorld> {
  const route = {
    receiver: 'oncall',
    group_by: ['alertname'],
    group_wait: 10 * SECOND,
    group_interval: MINUTE,
  };
  const world = new OnCallWorld(route, () => 0.5);
  world.isCalm = true;
  world.death = death;
  world.start();
  world.fire('Stuck', 'acme', 'page');
  await world.pass(MINUTE);
  world.fire('Stuck', 'globex', 'page');
  await world.pass(2 * MINUTE);
  world.resolve('Stuck', 'acme');
  world.resolve('Stuck', 'globex');
  await world.pass(2 * MINUTE);
  world.fire('Stuck', 'acme', 'page');
  await world.pass(2 * MINUTE);
  world.resolve('Stuck', 'acme');
  await world.pass(3 * MINUTE);
  return world;
}

test('killed at every single call, before and after its effect: two incidents, each opened once and resolved', async () => {
  let deaths = 0;
  for (const when of ['before', 'after'] as const) {
    for (let call = 1; ; call++) {
      const world = await episode({ call, when });
      const name = `killed ${when} call ${call}`;
      assert.deepEqual(world.unsettled(), [], name);
      assert.deepEqual([...world.problems, ...world.reopened()], [], name);
      assert.deepEqual([...world.pager.opens.values()], [2], name);
      if (world.deaths === 0) break;
      deaths++;
    }
  }
  assert.ok(deaths > 20, `only ${deaths} calls to die at`);
});
