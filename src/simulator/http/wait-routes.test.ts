import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFleet, type TaskJson, type TestFleet } from '../testing/fleet.ts';

const MINUTE = 60_000;
const TENANTS = [
  { tenant: 'acme', kind: 'active', tasksPerDay: 6_000, taskCap: 5, version: '2026.3.9411' },
] as const;

async function active(fleet: TestFleet, state: string): Promise<readonly TaskJson[]> {
  const { json } = await fleet.ask(
    'acme',
    `/api/tasks?spaces=all&includeSystem=true&take=1000&states=${state}`,
  );
  return json.Items;
}

async function idsAt(fleet: TestFleet, path: string): Promise<readonly string[]> {
  const { status, text } = await fleet.ask('acme', path);
  assert.equal(status, 200, path);
  return [...text.matchAll(/"Id":"(ServerTasks-\d+)"/g)].map(([, id = '']) => id);
}

test('a task that waits for a slot is blocked by those that have them, and told so', async (t) => {
  const fleet = await startFleet(t, { tenants: TENANTS });
  fleet.simulator.inject({ type: 'T5', tenants: ['acme'] });
  await fleet.pass(15 * MINUTE);
  const [youngest] = await active(fleet, 'Queued');
  assert.ok(youngest);
  const path = `/api/tasks/${youngest.Id}`;
  const blockers = await idsAt(fleet, `${path}/blockedby`);
  const running = (await active(fleet, 'Executing')).filter(
    ({ Name }) => Name !== 'RecurringScheduledDeployments',
  );
  assert.deepEqual(new Set(blockers), new Set(running.map(({ Id }) => Id)));
  const behind = await idsAt(fleet, `${path}/queued-behind?take=1000`);
  assert.equal(behind.length, (await active(fleet, 'Queued')).length - 1 + blockers.length);
  assert.match((await fleet.ask('acme', `${path}/status/messages`)).text, /task cap of 5/);
});

test('a stuck queue blames nobody', async (t) => {
  const fleet = await startFleet(t, { tenants: TENANTS });
  fleet.simulator.inject({ type: 'T1', tenants: ['acme'] });
  await fleet.pass(5 * MINUTE);
  const oldest = (await active(fleet, 'Queued')).at(-1);
  assert.ok(oldest);
  const path = `/api/tasks/${oldest.Id}`;
  assert.deepEqual(await idsAt(fleet, `${path}/blockedby`), []);
  assert.deepEqual(await idsAt(fleet, `${path}/queued-behind`), []);
  assert.deepEqual((await fleet.ask('acme', `${path}/status/messages`)).text, '{"Messages":[]}');
});

test('what does not wait is blocked by nobody; what is not there is 404', async (t) => {
  const fleet = await startFleet(t, { tenants: TENANTS });
  await fleet.pass(5 * MINUTE);
  const [done] = await active(fleet, 'Success');
  assert.ok(done);
  for (const suffix of ['blockedby', 'queued-behind', 'status/messages'])
    assert.deepEqual(await idsAt(fleet, `/api/Spaces-1/tasks/${done.Id}/${suffix}`), []);
  for (const suffix of ['blockedby', 'queued-behind', 'status/messages', 'details'])
    assert.equal((await fleet.ask('acme', `/api/tasks/ServerTasks-9/${suffix}`)).status, 404);
});

test('the last warnings and errors are numbered, newest first, and gone with their process', async (t) => {
  const fleet = await startFleet(t, { tenants: TENANTS });
  fleet.simulator.inject({ type: 'T9', tenants: ['acme'], durationMs: 20 * MINUTE });
  for (let minute = 0; minute < 15; minute++) await fleet.pass(MINUTE);
  const numbers = async (): Promise<number[]> => {
    // Requests fail as well: it is asked until it answers.
    const { status, text } = await fleet.ask('acme', '/api/serverstatus/logs?take=100');
    if (status !== 200) return numbers();
    return [...text.matchAll(/"Number":(\d+)/g)].map(([, number]) => Number(number));
  };
  const before = await numbers();
  assert.equal(before.length, 100);
  assert.deepEqual(
    before,
    before.toSorted((a, b) => b - a),
  );
  fleet.simulator.restart('acme', 30_000);
  await fleet.pass(31_000);
  assert.ok((await numbers()).every((number) => number < 20));
});
