import assert from 'node:assert/strict';
import test from 'node:test';
import { createEc2World, type Ec2World } from './fixtures/ec2-world.ts';
import { createLaunchAgent, type LaunchAgent } from './fixtures/launch-agent.ts';

const NOON = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

type Values = Awaited<ReturnType<LaunchAgent['poll']>>;

/** Polls each minute for so long; the last poll's values. */
async function pass(world: Ec2World, agent: LaunchAgent, ms: number): Promise<Values> {
  let values: Values = {};
  for (const end = world.now + ms; world.now < end;) {
    world.now += MINUTE;
    values = await agent.poll();
  }
  return values;
}

function isolated(values: Values): unknown {
  return { launches: values['aws_t2_launches'], used: values['cloud_quota_used'] };
}

test('a launch is counted once, by EC2 and by CloudTrail, and leaves the ledger after 24 h', async (t) => {
  const world = createEc2World(NOON);
  world.lag = 12 * MINUTE;
  const agent = createLaunchAgent(t, world);
  world.run(3);
  for (const ms of [MINUTE, 20 * MINUTE, 23 * HOUR]) {
    assert.deepEqual(isolated(await pass(world, agent, ms)), { launches: 3, used: 3 });
  }
  const values = await agent.poll();
  assert.equal(values['aws_t2_launch_next_slot_timestamp_seconds'], (NOON + 24 * HOUR) / 1000);
  assert.deepEqual(isolated(await pass(world, agent, HOUR)), { launches: 0, used: 0 });
});

test('an instance that was terminated before it was seen counts, when CloudTrail tells of it', async (t) => {
  const world = createEc2World(NOON);
  const agent = createLaunchAgent(t, world);
  await agent.poll();
  const [id = ''] = world.run(1);
  world.terminate(id);
  // the agent was away for longer than EC2 shows what was terminated
  world.now += 2 * HOUR;
  assert.equal((await agent.poll())['aws_t2_launches'], 1);
});

test('starts between two polls count each; one of a running instance counts nothing', async (t) => {
  const world = createEc2World(NOON);
  world.lag = 12 * MINUTE;
  const agent = createLaunchAgent(t, world);
  const [id = ''] = world.run(1);
  await pass(world, agent, 30 * MINUTE);
  for (let i = 0; i < 3; i++) {
    world.now += 10_000;
    world.stop(id);
    world.now += 5000;
    world.start(id);
    world.start(id);
  }
  assert.equal((await pass(world, agent, MINUTE))['aws_t2_launches'], 2, 'EC2 shows the last start alone');
  assert.equal((await pass(world, agent, 25 * MINUTE))['aws_t2_launches'], 4);
});

test('other types and unlimited mode take no slot, also when the mode was switched before the first poll', async (t) => {
  const world = createEc2World(NOON);
  const agent = createLaunchAgent(t, world);
  world.run(2, { type: 'm5.large' });
  world.run(4, { unlimited: true });
  const [id = ''] = world.run(1);
  world.setUnlimited(id, true);
  const [back = ''] = world.run(1, { unlimited: true });
  world.setUnlimited(back, false);
  assert.deepEqual(isolated(await pass(world, agent, MINUTE)), { launches: 1, used: 1 });
});

test('a started instance of another type is asked about once', async (t) => {
  const world = createEc2World(NOON);
  const agent = createLaunchAgent(t, world);
  const [id = ''] = world.run(1, { type: 'm5.large' });
  world.now += 30 * HOUR;
  world.stop(id);
  world.start(id);
  world.terminate(id);
  world.now += 90 * MINUTE;
  await agent.poll();
  assert.equal(world.lookups, 3, 'two names, and the launch of the instance');
  world.now += 61 * MINUTE;
  assert.equal((await agent.poll())['aws_t2_launches'], 0);
  assert.equal(world.lookups, 5);
});

test('without CloudTrail the ledger goes on, says since when, and catches up', async (t) => {
  const world = createEc2World(NOON);
  const agent = createLaunchAgent(t, world);
  await agent.poll();
  world.trailWorks = false;
  world.now += HOUR;
  const [id = ''] = world.run(2);
  world.terminate(id);
  world.now += 2 * HOUR;
  const blind = await agent.poll();
  assert.equal(blind['aws_t2_launches'], 1);
  assert.equal(blind['aws_t2_launches_reconciled_timestamp_seconds'], NOON / 1000);
  await pass(world, agent, 10 * MINUTE);
  assert.equal(agent.logged().length, 1, 'a failing source is logged once');
  world.trailWorks = true;
  assert.equal((await pass(world, agent, MINUTE))['aws_t2_launches'], 2);
});

test('a day with more events than a poll may read is read over several polls', async (t) => {
  const world = createEc2World(NOON);
  const agent = createLaunchAgent(t, world);
  for (let i = 0; i < 1500; i++) {
    world.now += 20_000;
    for (const id of world.run(1, { type: i % 10 === 0 ? 't2.small' : 'm5.large' })) world.terminate(id);
  }
  world.now += 2 * HOUR;
  const first = await agent.poll();
  assert.equal(world.lookups, 20);
  assert.equal(
    first['aws_t2_launches_reconciled_timestamp_seconds'],
    undefined,
    'it was not read in full yet',
  );
  assert.equal((await pass(world, agent, MINUTE))['aws_t2_launches'], 150);
});

test('a clock that jumped forgets nothing for good', async (t) => {
  const world = createEc2World(NOON);
  const agent = createLaunchAgent(t, world);
  for (const id of world.run(5)) world.terminate(id);
  world.run(2);
  await pass(world, agent, 2 * HOUR);
  for (const skew of [72 * HOUR, -5 * HOUR, 30 * MINUTE, 0]) {
    agent.skew = skew;
    await agent.poll();
  }
  assert.equal((await pass(world, agent, MINUTE))['aws_t2_launches'], 7);
});

test('of 130 launches the last 30 get no credits, and slots come free a day after those that took them', async (t) => {
  const world = createEc2World(NOON);
  const agent = createLaunchAgent(t, world);
  for (let i = 0; i < 130; i++) {
    world.run(1);
    world.now += MINUTE;
  }
  const full = await agent.poll();
  assert.deepEqual(isolated(full), { launches: 130, used: 100 });
  assert.equal(full['aws_t2_launches_without_credits'], 30);
  assert.equal(full['cloud_quota_limit'], 100);
  assert.equal(full['aws_t2_launch_limit_learned'], 0);
  assert.equal(full['aws_t2_launch_next_slot_timestamp_seconds'], (NOON + 24 * HOUR) / 1000);
  // the first 11 slots are free again; who got none then has none later
  world.now = NOON + 24 * HOUR + 10 * MINUTE + 1;
  const later = await agent.poll();
  assert.deepEqual(isolated(later), { launches: 119, used: 89 });
  world.now = NOON + 25 * HOUR + 45 * MINUTE;
  assert.deepEqual(isolated(await agent.poll()), { launches: 24, used: 0 });
});

test('a lower limit is learned from launches that start without credits, a higher one from those that have them', async (t) => {
  const world = createEc2World(NOON);
  const agent = createLaunchAgent(t, world);
  async function launch(count: number, balance: number): Promise<Values> {
    for (const id of world.run(count)) world.balances.set(id, [{ time: world.now + MINUTE, value: balance }]);
    return pass(world, agent, 30 * MINUTE);
  }
  const young = await launch(40, 58);
  assert.equal(young['cloud_quota_limit'], 100);
  const learned = await launch(2, 1.5);
  assert.deepEqual([learned['cloud_quota_limit'], learned['aws_t2_launch_limit_learned']], [40, 1]);
  assert.deepEqual(isolated(learned), { launches: 42, used: 40 });
  // one that is terminated at once shows no balance: it is held to have got none
  for (const id of world.run(1)) world.terminate(id);
  assert.equal((await pass(world, agent, MINUTE))['aws_t2_launches_without_credits'], 3);
  const raised = await launch(1, 60);
  assert.deepEqual([raised['cloud_quota_limit'], raised['cloud_quota_used']], [41, 41]);
});

test('an instance that was switched to unlimited mode lost its credits by that: it teaches no limit', async (t) => {
  const world = createEc2World(NOON);
  const agent = createLaunchAgent(t, world);
  await agent.poll();
  const ids = world.run(5);
  await pass(world, agent, 2 * MINUTE);
  for (const id of ids.slice(1)) {
    world.setUnlimited(id, true);
    world.balances.set(id, [{ time: NOON + 5 * MINUTE, value: 0 }]);
  }
  await pass(world, agent, MINUTE);
  world.setUnlimited(ids[1] ?? '', false);
  const values = await pass(world, agent, 45 * MINUTE);
  assert.deepEqual([values['cloud_quota_used'], values['cloud_quota_limit']], [5, 100]);
  assert.equal(values['aws_t2_launches_without_credits'], 0);
});

test('the first balance is of the life after the launch', async (t) => {
  const world = createEc2World(NOON);
  const agent = createLaunchAgent(t, world);
  const [id = ''] = world.run(1);
  world.balances.set(id, [
    { time: NOON - MINUTE, value: 0 },
    { time: NOON + 4 * MINUTE, value: 52 },
  ]);
  assert.equal((await pass(world, agent, 45 * MINUTE))['aws_t2_launches_without_credits'], 0);
});
