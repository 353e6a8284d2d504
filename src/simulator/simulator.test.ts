import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { Failure } from '../model/failure.ts';
import type { SimulatorOptions } from './simulator.ts';
import { startFleet, type TestFleet } from './testing/fleet.ts';

const ALL_TASKS = '/api/tasks?spaces=all&includeSystem=true&take=1000';

async function fingerprint(t: TestContext, options: Partial<SimulatorOptions> = {}): Promise<string> {
  const fleet = await startFleet(t, { incidents: 'random', stress: 50_000, ...options });
  await fleet.pass(600_000);
  const logs = await Promise.all(['acme', 'globex', 'initech'].map((tenant) => fleet.readLog(tenant)));
  return JSON.stringify([logs, fleet.simulator.truth()]);
}

test('the same seed gives the same logs, keys and incidents; another seed does not', async (t) => {
  const [first, second, other] = await Promise.all([
    fingerprint(t),
    fingerprint(t),
    fingerprint(t, { seed: 'another' }),
  ]);
  assert.equal(first, second);
  assert.notEqual(first, other);
});

test('the same seed gives the same payloads', async (t) => {
  const payload = async (fleet: TestFleet): Promise<string> => {
    await fleet.pass(120_000);
    return (await fleet.ask('acme', ALL_TASKS)).text;
  };
  const [a, b] = [await payload(await startFleet(t)), await payload(await startFleet(t))];
  assert.ok(a.length > 1000);
  assert.equal(a, b);
});

test('tasks live: queued, executing, ended, in the log', async (t) => {
  const fleet = await startFleet(t);
  await fleet.pass(1_800_000);
  const { Items } = (await fleet.ask('acme', ALL_TASKS)).json;
  const deploys = Items.filter(({ Name }) => Name === 'Deploy');
  assert.ok(deploys.length > 40, `${deploys.length} deployments in 35 minutes`);
  for (const { QueueTime, StartTime, CompletedTime } of deploys) {
    if (StartTime !== null) assert.ok(Date.parse(StartTime) >= Date.parse(QueueTime));
    if (CompletedTime !== null) assert.ok(Date.parse(CompletedTime) > Date.parse(StartTime!));
  }
  const done = deploys.findLast(({ State }) => State === 'Success');
  assert.ok(
    (await fleet.readLog('acme')).includes(`Executing task "${done!.Description}" "completed" after `),
  );
  const recurring = Items.filter(({ Name }) => Name === 'RecurringScheduledDeployments');
  assert.ok(recurring.length >= 65 && recurring.length <= 72, `${recurring.length} runs of the scheduler`);
});

test('a fleet that runs by itself follows its clock', async (t) => {
  const fleet = await startFleet(t, { isRunning: true });
  const before = (await fleet.ask('acme', '/api/octopusservernodes/summary')).json.Nodes[0]!.LastSeen;
  await fleet.clock.advance(60_000);
  const after = (await fleet.ask('acme', '/api/octopusservernodes/summary')).json.Nodes[0]!.LastSeen;
  assert.equal(Date.parse(after) - Date.parse(before), 60_000);
});

test('a restart refuses connections and comes back with a new start in the log', async (t) => {
  const fleet = await startFleet(t);
  const { url } = fleet.instance('initech');
  fleet.simulator.restart('initech', 30_000);
  await fleet.pass(1_000);
  await assert.rejects(fleet.ask('initech', '/api'), /ECONNREFUSED/);
  await fleet.pass(30_000);
  assert.equal((await fleet.ask('initech', '/api')).status, 200);
  assert.equal(fleet.instance('initech').url, url);
  assert.equal((await fleet.readLog('initech')).match(/Octopus\.Server version/g)?.length, 2);
});

test('incidents of a plan start at their time', async (t) => {
  const fleet = await startFleet(t, {
    incidents: [
      { type: 'T7', tenants: ['acme'], afterMs: 60_000, durationMs: 10_000 },
      { type: 'T15', tenants: ['globex'], afterMs: 5_000, durationMs: 10_000 },
    ],
  });
  await fleet.pass(5_000);
  assert.deepEqual(
    fleet.simulator.truth().map(({ type }) => type),
    ['T15'],
  );
  await fleet.pass(60_000);
  assert.deepEqual(
    fleet.simulator.truth().map(({ type, t1 }) => [type, t1 === undefined]),
    [
      ['T15', false],
      ['T7', true],
    ],
  );
});

test('what is not there is refused in one line', async (t) => {
  const { simulator } = await startFleet(t);
  const invalid = (message: RegExp) => (error: unknown) =>
    error instanceof Failure && error.reason === 'invalid' && message.test(error.message);
  assert.throws(
    () => simulator.inject({ type: 'T1', tenants: ['nobody'] }),
    invalid(/no tenant named nobody/),
  );
  assert.throws(
    () => simulator.inject({ type: 'S3', shared: 'sql-99' }),
    invalid(/no tenant on database_server sql-99/),
  );
  assert.throws(() => simulator.restart('nobody'), invalid(/nobody/));
});

test('two hundred instances start, step and end', async (t) => {
  const fleet = await startFleet(t, { tenants: 200, calendar: 'local-time' });
  assert.equal(new Set(fleet.simulator.instances.map(({ url }) => url)).size, 200);
  await fleet.pass(60_000);
  assert.equal((await fleet.ask('tenant-0199', '/api/octopusservernodes/ping')).status, 200);
});
