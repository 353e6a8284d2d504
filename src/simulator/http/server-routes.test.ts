import assert from 'node:assert/strict';
import { test } from 'node:test';
import { START, startFleet, type TestFleet } from '../testing/fleet.ts';

async function json(fleet: TestFleet, path: string, tenant = 'acme'): Promise<Record<string, unknown>> {
  const { status, text } = await fleet.ask(tenant, path);
  assert.equal(status, 200, `${path}: ${text}`);
  return JSON.parse(text) as Record<string, unknown>;
}

test('each question of its own permission: a key without it is refused, and told which', async (t) => {
  const fleet = await startFleet(t);
  const headers = { 'X-Octopus-ApiKey': fleet.instance('acme').limitedApiKey };
  for (const [path, permission] of [
    ['/api/serverstatus/system-info', 'AdministerSystem'],
    ['/api/licenses/licenses-current-status', 'AdministerSystem'],
    ['/api/scheduler', 'AdministerSystem'],
    ['/api/events', 'EventView'],
    ['/api/Spaces-1/machines', 'MachineView'],
    ['/api/machines', 'MachineView'],
    ['/api/Spaces-1/workers', 'WorkerView'],
    ['/api/Spaces-1/workerpools', 'WorkerView'],
    ['/api/Spaces-1/projecttriggers', 'TriggerView'],
    ['/api/Spaces-1/interruptions', 'InterruptionView'],
  ] as const) {
    await json(fleet, path);
    const refused = await fleet.ask('acme', path, { headers });
    assert.equal(refused.status, 403, path);
    assert.match(refused.json.ErrorMessage, new RegExp(`Missing permission: ${permission}$`));
  }
  assert.equal((await fleet.ask('acme', '/api/Spaces-9/machines')).status, 404);
});

test('the process runs since its last start', async (t) => {
  const fleet = await startFleet(t);
  const uptime = async () => (await json(fleet, '/api/serverstatus/system-info'))['Uptime'];
  assert.equal(await uptime(), '00:05:00.0000000', 'a life before the first step');
  await fleet.pass(90_061_000);
  assert.equal(await uptime(), '1.01:06:01.0000000');
});

test('what is changed in the inventory is what is answered', async (t) => {
  const fleet = await startFleet(t);
  const { inventory } = fleet.instance('acme');
  const [machine] = inventory.machines;
  assert.ok(machine);
  machine.health = 'Unavailable';
  inventory.isInMaintenanceMode = true;
  inventory.license.expires = START + 10.5 * 86_400_000;
  inventory.license.machineLimit = inventory.machines.length;
  const { Items, TotalResults } = await json(fleet, '/api/Spaces-1/machines?take=1');
  assert.equal(TotalResults, 25);
  assert.equal((Items as { HealthStatus: string }[])[0]?.HealthStatus, 'Unavailable');
  assert.equal((await json(fleet, '/api/serverstatus'))['IsInMaintenanceMode'], true);
  const { DaysToEffectiveExpiryDate, Limits } = await json(fleet, '/api/licenses/licenses-current-status');
  assert.equal(DaysToEffectiveExpiryDate, 10);
  assert.equal((Limits as { LimitStatus: string }[])[0]?.LimitStatus, 'AtLimit');
});

test('deployments and runbook runs that were queued or failed are events of their time', async (t) => {
  const fleet = await startFleet(t);
  await fleet.pass(4 * 3_600_000);
  const all = (await json(fleet, '/api/events?take=1000'))['Items'] as {
    Category: string;
    Occurred: string;
  }[];
  assert.ok(all.length > 5, `${all.length} events`);
  const from = new Date(START + 3_600_000).toISOString();
  const some = await json(fleet, `/api/events?take=1000&eventCategories=DeploymentFailed&from=${from}`);
  assert.deepEqual(
    some['Items'],
    all.filter(
      ({ Category, Occurred }) => Category === 'DeploymentFailed' && Date.parse(Occurred) >= Date.parse(from),
    ),
  );
});
