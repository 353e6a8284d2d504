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
import type { IncidentTypeId } from '../../src/simulator/truth.ts';
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
    { tenant: 'acme', kind: 'heavy', tasksPerDay: 5000, version, hasSchedules: true, taskCap: 20 },
  ] as const;
  const simulator = await startSimulator({ seed: 7, tenants, clock, log, directory, isRunning: false });
  const { http: send, close } = createHttp();
  /** When each request was made, ms. */
  const requests: number[] = [];
  const http: typeof send = (request) => {
    requests.push(clock.now());
    return send(request);
  };
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
  return { clock, simulator, instance, client, requests };
}

type Fleet = Awaited<ReturnType<typeof startFleet>>;

/** Polls everything at every step of virtual time; returns the points in order. */
async function pollFor(
  steps: number,
  {
    clock,
    simulator,
    instance,
    client,
  }: { clock: VirtualClock; simulator: Simulator; instance: SimulatedInstance; client: OctopusClient },
  isPolled: (collector: PollCollector, atMs: number) => boolean = () => true,
  stepMs = STEP,
): Promise<Point[]> {
  const states = new Map<PollCollector, JsonValue>();
  const collectors = createOctopusApi({ clientFor: () => client });
  const { version: _, ...info } = instance.info;
  const target: Target = { tenant: 'acme', url: instance.url, info, files: {}, timeZone: 'UTC' };
  const { log } = recordedLog();
  const all: Point[] = [];
  for (let step = 0; step < steps; step++) {
    for (const collector of collectors.filter((each) => isPolled(each, step * stepMs))) {
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
    await clock.advance(stepMs);
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

test('asks an instance about 21 times a minute, and stays below its budget while a queue is explained', async (t) => {
  const fleet = await startFleet(t, '2026.3.4411');
  const isTurn = ({ intervalMs }: PollCollector, at: number): boolean => at % intervalMs === 0;
  await pollFor(240, fleet, isTurn, 15_000);
  const calm = inMinutes(fleet.requests.splice(0));
  assert.equal(calm.length, 60);
  const mean = calm.reduce((sum, count) => sum + count, 0) / calm.length;
  assert.ok(mean > 18 && mean < 24, `${mean} a minute`);
  fleet.simulator.inject({ type: 'T1', tenants: ['acme'], durationMs: 3_600_000 });
  await pollFor(240, fleet, isTurn, 15_000);
  const most = Math.max(...inMinutes(fleet.requests));
  assert.ok(most <= 60, `${most} in a minute`);
});

/** How many there are in each minute. */
function inMinutes(times: readonly number[]): number[] {
  return [...Map.groupBy(times, (time) => Math.floor(time / 60_000)).values()].map(({ length }) => length);
}

interface Seen {
  readonly reasons: ReadonlySet<string>;
  readonly graph: Point['values'];
  readonly events: readonly Point['values'][];
}

/** What the poll of waits told last, half an hour into an incident. */
async function waitsDuring(
  t: TestContext,
  type: IncidentTypeId,
  durationMs = 3_600_000,
): Promise<Seen & { fleet: Fleet }> {
  const fleet = await startFleet(t, '2026.3.4411');
  fleet.simulator.inject({ type, tenants: ['acme'], durationMs });
  return { ...(await pollWaits(fleet, 60)), fleet };
}

async function pollWaits(fleet: Fleet, steps: number): Promise<Seen> {
  const points = await pollFor(steps, fleet, ({ name }) => name === 'octopus-api/tasks-blocked');
  const last = Math.max(...points.map(({ time }) => time));
  const latest = points.filter(({ time, dataset }) => time === last && dataset.kind === 'gauge');
  return {
    reasons: new Set(latest.flatMap(({ dimensions }) => dimensions['reason'] ?? [])),
    graph: latest.find(({ dataset }) => dataset.name === 'task_wait_graph')?.values ?? {},
    events: points.filter(({ dataset }) => dataset.name === 'task_wait').map(({ values }) => values),
  };
}

test('a full task cap: the root holder of the longest wait is a task that runs', async (t) => {
  const { reasons, graph, events, fleet } = await waitsDuring(t, 'T5');
  assert.ok(reasons.has('task_cap'), [...reasons].join());
  const number = graph['octopus_task_root_holder_number'];
  const holder = await fleet.client.task(`ServerTasks-${number}`);
  assert.ok(holder.startTime !== undefined, 'it has been started');
  assert.equal(graph['octopus_task_root_holder_space_number'], 1);
  assert.ok(Number(graph['octopus_task_root_holder_blocking']) >= 1);
  assert.equal(graph['octopus_task_wait_cycles'], 0);
  const event = events.find(({ root_holder }) => root_holder === holder.id);
  assert.equal(event?.['link'], `${fleet.instance.url}/app#/Spaces-1/tasks/${holder.id}`);
});

test('a stuck queue: tasks wait behind each other, and nobody knows for whom the first one waits', async (t) => {
  const { reasons, graph } = await waitsDuring(t, 'T1');
  assert.ok(reasons.has('unknown'), [...reasons].join());
  assert.equal(reasons.has('task_cap') || reasons.has('mutex'), false, [...reasons].join());
  assert.equal(graph['octopus_task_root_holder_number'], undefined);
});

test('a script that waits for another is seen though both tasks report as ever', async (t) => {
  const { reasons, graph, events, fleet } = await waitsDuring(t, 'T4');
  assert.ok(reasons.has('mutex'), [...reasons].join());
  const holder = await fleet.client.task(`ServerTasks-${graph['octopus_task_root_holder_number']}`);
  assert.equal(holder.state, 'Executing');
  const event = events.find(({ root_holder }) => root_holder === holder.id);
  assert.match(String(event?.['message']), /^Waiting for the script in task/);
});

test('two scripts that wait for each other are a cycle until one of the tasks is cancelled', async (t) => {
  const { graph, events, fleet } = await waitsDuring(t, 'T4', 3 * 3_600_000);
  assert.equal(graph['octopus_task_wait_cycles'], 1);
  const id = `ServerTasks-${graph['octopus_task_wait_cycle_number']}`;
  const ring = events.filter(({ in_cycle: inCycle }) => inCycle === true);
  assert.equal(new Set(ring.map(({ task_id: task }) => task)).size, 2);
  assert.ok(ring.some(({ task_id: task, chain }) => task === id && String(chain).endsWith(` > ${id}`)));
  await fleet.client.cancelTask('Spaces-1', id);
  assert.equal((await pollWaits(fleet, 12)).graph['octopus_task_wait_cycles'], 0);
});
