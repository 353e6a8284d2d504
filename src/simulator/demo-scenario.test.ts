import assert from 'node:assert/strict';
import { test } from 'node:test';
import { demoIncidents, demoScenario, demoTenants } from './demo-scenario.ts';
import { startFleet } from './testing/fleet.ts';

const NAMES = demoTenants(8).map(({ tenant }) => tenant);

test('within a minute one tenant needs a heal and another pages, and both can be over within 90 s', async (t) => {
  const fleet = await startFleet(t, {
    tenants: demoTenants(8),
    incidents: demoIncidents(NAMES),
    stepMs: 250,
  });
  await fleet.pass(30_000);
  const [healed, paged] = fleet.simulator.truth();
  assert.deepEqual([healed!.type, paged!.type], ['T2', 'T1']);
  assert.notDeepEqual(healed!.tenants, paged!.tenants);
  const [sick] = healed!.tenants;
  const { Items } = (await fleet.ask(sick!, '/api/tasks?active=true&name=RecurringScheduledDeployments'))
    .json;
  assert.equal(Items.length, 1);
  await fleet.ask(sick!, `/api/Spaces-1/tasks/${Items[0]!.Id}/cancel`, { method: 'POST' });
  await fleet.pass(60_000);
  assert.deepEqual(
    fleet.simulator
      .truth()
      .slice(0, 2)
      .map(({ heal, t1 }) => [heal.at !== undefined, t1 !== undefined]),
    [
      [true, true],
      [false, true],
    ],
  );
});

test('the tenant that pages has a task waiting from the first second, and no scheduler that could be cancelled', async (t) => {
  const fleet = await startFleet(t, {
    tenants: demoTenants(8),
    incidents: demoIncidents(NAMES),
    stepMs: 250,
  });
  await fleet.pass(20_000);
  const [, paged] = fleet.simulator.truth();
  const tenant = paged!.tenants[0]!;
  const { Items } = (await fleet.ask(tenant, '/api/tasks?spaces=all&includeSystem=true&states=Queued')).json;
  assert.ok(Items.length > 0);
  const recurring = await fleet.ask(tenant, '/api/tasks?name=RecurringScheduledDeployments');
  assert.equal(recurring.json.TotalResults, 0);
});

test('twenty seconds after its queue stuck, the tenant that pages runs next to nothing, and more waits', async (t) => {
  const fleet = await startFleet(t, {
    tenants: demoTenants(8),
    incidents: demoIncidents(NAMES),
    calendar: 'local-time',
    seed: 7,
  });
  await fleet.pass(12_500);
  const [, paged] = fleet.simulator.truth();
  await fleet.pass(22_000);
  const { Items } = (await fleet.ask(paged!.tenants[0]!, '/api/tasks?active=true')).json;
  const running = Items.filter(({ State }) => State === 'Executing').length;
  const waiting = Items.filter(({ State }) => State === 'Queued').length;
  assert.ok(waiting > 4 * running, `${waiting} waiting, ${running} running`);
});

test('the scenario fits any number of tenants', () => {
  for (const count of [1, 2, 5, 20]) {
    const names = demoTenants(count).map(({ tenant }) => tenant);
    for (const { tenant, afterSeconds, durationSeconds } of demoScenario(names)) {
      assert.ok(names.includes(tenant));
      assert.ok(afterSeconds >= 0 && durationSeconds > 0);
    }
  }
});

test('the demo stays alive for hours: something happens in every quarter of an hour', () => {
  const starts = demoScenario(NAMES).map(({ afterSeconds }) => afterSeconds);
  for (let quarter = 0; quarter < 16; quarter++) {
    assert.ok(
      starts.some((second) => second >= quarter * 900 && second < (quarter + 1) * 900),
      `quarter ${quarter}`,
    );
  }
});
