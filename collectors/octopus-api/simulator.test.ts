import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { PollCollector, Target } from '../../src/collect/contract.ts';
import { NO_FLEET } from '../../src/collect/fleet-of.ts';
import { pollOnce } from '../../src/collect/poll-once.ts';
import type { JsonValue } from '../../src/model/json.ts';
import type { Point } from '../../src/model/point.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { createOctopusClient, type OctopusClient } from '../../src/octopus/client.ts';
import { startSimulator, type SimulatedInstance, type Simulator } from '../../src/simulator/simulator.ts';
import { createHttp } from '../../src/system/system-http.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { createOctopusApi } from './index.ts';

const START = Date.UTC(2026, 10, 20, 10);
const STEP = 30_000;

async function startFleet(t: TestContext, version: string) {
  const clock = new VirtualClock(START);
  const { log } = recordedLog();
  const directory = await mkdtemp(join(tmpdir(), 'octopus-api-'));
  const tenants = [
    { tenant: 'acme', kind: 'heavy', tasksPerDay: 5000, version, hasSchedules: true },
  ] as const;
  const simulator = await startSimulator({ seed: 7, tenants, clock, log, directory, isRunning: false });
  const { http, close } = createHttp();
  t.after(async () => {
    await simulator.close();
    await close();
    await rm(directory, { recursive: true });
  });
  const [instance] = simulator.instances;
  assert.ok(instance);
  const { url, apiKey } = instance;
  const client = createOctopusClient({
    url,
    apiKey,
    http,
    clock,
    log,
    metrics: NO_METRICS,
    tenant: 'acme',
    random: () => 0,
  });
  return { clock, simulator, instance, client };
}

/** Polls everything every 30 s of virtual time; returns the points in order. */
async function pollFor(
  steps: number,
  {
    clock,
    simulator,
    instance,
    client,
  }: { clock: VirtualClock; simulator: Simulator; instance: SimulatedInstance; client: OctopusClient },
): Promise<Point[]> {
  const states = new Map<PollCollector, JsonValue>();
  const collectors = createOctopusApi({ clientFor: () => client });
  const { version: _, ...info } = instance.info;
  const target: Target = { tenant: 'acme', url: instance.url, info, files: {}, timeZone: 'UTC' };
  const { log } = recordedLog();
  const all: Point[] = [];
  for (let step = 0; step < steps; step++) {
    for (const collector of collectors) {
      const options = {
        clock,
        log,
        metrics: NO_METRICS,
        deadlineMs: 10_000,
        fleet: NO_FLEET,
        isSource: () => true,
      };
      const state = states.get(collector) ?? null;
      const result = await pollOnce(collector, target, { ...options, state }, AbortSignal.timeout(30_000));
      assert.equal(result.failure, undefined, `${collector.name}: ${result.failure?.message}`);
      states.set(collector, result.state);
      all.push(...result.points);
    }
    await clock.advance(STEP);
    await simulator.step(clock.now());
  }
  return all;
}

function valuesOf(points: readonly Point[], metric: string): number[] {
  return points.flatMap(({ values }) => (values[metric] === undefined ? [] : [Number(values[metric])]));
}

for (const version of ['2019.7.12', '2024.2.9409', '2026.3.4411']) {
  test(`reads a server of version ${version}`, async (t) => {
    const fleet = await startFleet(t, version);
    const points = await pollFor(20, fleet);
    assert.deepEqual(new Set(valuesOf(points, 'octopus_ping_up')), new Set([1]));
    assert.equal(points.find(({ dataset }) => dataset.name === 'instance')?.dimensions['version'], version);
    const starts = valuesOf(points, 'octopus_tasks_started_total');
    assert.deepEqual(
      starts,
      starts.toSorted((a, b) => a - b),
      'a counter does not fall',
    );
    const finished = points.filter(({ dataset }) => dataset.name === 'task');
    const ids = finished.map(({ values }) => String(values['task_id']));
    assert.equal(new Set(ids).size, ids.length, 'each finished task once');
    const until = START + 19 * STEP - 1000;
    const truth = await fleet.client.completedTasks(START, until);
    assert.ok(truth.tasks.length >= 10, `${truth.tasks.length} tasks finished`);
    assert.deepEqual(
      truth.tasks.map(({ id }) => id).filter((id) => !ids.includes(id)),
      [],
      'none is lost',
    );
    assert.ok((starts.at(-1) ?? 0) >= truth.tasks.length / 2, `${starts.at(-1)} starts seen`);
  });
}
