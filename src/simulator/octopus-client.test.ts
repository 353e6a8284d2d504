import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Log } from '../model/ports.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { createOctopusClient, type OctopusClient } from '../octopus/client.ts';
import { createHttp } from '../system/system-http.ts';
import { START, startFleet, type TestFleet } from './testing/fleet.ts';

const SILENT: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => SILENT };

async function setUp(t: TestContext): Promise<TestFleet & { client(tenant: string): OctopusClient }> {
  const fleet = await startFleet(t);
  const { http, close } = createHttp();
  t.after(close);
  const { clock } = fleet;
  const common = { http, clock, random: () => 0.5, metrics: NO_METRICS, log: SILENT, requestsPerMinute: 600 };
  const client = (tenant: string): OctopusClient => {
    const { url, apiKey } = fleet.instance(tenant);
    return createOctopusClient({ ...common, tenant, url, apiKey });
  };
  return Object.assign(fleet, { client });
}

for (const tenant of ['acme', 'globex', 'initech']) {
  test(`the agent's own client reads everything of ${tenant}`, async (t) => {
    const fleet = await setUp(t);
    await fleet.pass(600_000);
    const client = fleet.client(tenant);
    const { version } = fleet.instance(tenant).info;
    assert.equal((await client.ping()).status, 'up');
    assert.equal((await client.serverInfo()).version, version);
    const summary = await client.nodesSummary();
    assert.equal(summary.nodes.length, tenant === 'initech' ? 2 : 1);
    assert.equal(summary.clockOffset, 0);
    assert.equal((await client.health()).operatingNormally, true);
    const finished = await client.completedTasks(START, fleet.clock.now());
    assert.ok(finished.tasks.length > 15);
    assert.equal(finished.refused, 0);
    assert.ok(finished.tasks.every(({ completedTime = 0 }) => completedTime >= START));
    const active = await client.activeTasks();
    assert.equal(active.refused, 0);
  });
}

test("the agent's own client heals a stuck scheduler", async (t) => {
  const fleet = await setUp(t);
  const handle = fleet.simulator.inject({ type: 'T2', tenants: ['initech'] });
  await fleet.pass(60_000);
  const client = fleet.client('initech');
  const { tasks } = await client.activeTasks();
  const stuck = tasks.find(({ name }) => name === 'RecurringScheduledDeployments');
  assert.equal(stuck?.state, 'Queued');
  await client.cancelTask(stuck?.spaceId, stuck?.id ?? '');
  assert.equal((await client.task(stuck?.id ?? '')).state, 'Canceled');
  await fleet.pass(1_000);
  assert.ok(handle.truth.heal.at !== undefined);
});
