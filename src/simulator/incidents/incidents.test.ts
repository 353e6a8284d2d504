import assert from 'node:assert/strict';
import { describe, test, type TestContext } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { startFleet, type TaskJson, type TestFleet } from '../testing/fleet.ts';
import type { IncidentSpec, IncidentTypeId } from '../truth.ts';
import { INCIDENT_TYPES } from './catalogue.ts';

const MINUTE = 60_000;
const TASKS = '/api/tasks?spaces=all&includeSystem=true&take=1000';

/** Looks at an instance from outside, minutes after the incident began: whether its evidence is there. */
type Look = (fleet: TestFleet, tenant: string) => Promise<boolean>;

interface Case {
  readonly spec: IncidentSpec;
  readonly afterMs: number;
  readonly evidence: Look;
  /** Tenants that show it; the others do not. */
  readonly victims: readonly string[];
}

const PLACED = ['acme', 'globex', 'initech'] as const;
const TENANTS = PLACED.map((tenant, index) => ({
  tenant,
  kind: 'active' as const,
  tasksPerDay: 6_000,
  taskCap: 5,
  version: '2026.3.9411',
  region: index < 2 ? 'westeurope' : 'westus2',
  databaseServer: index < 2 ? 'sql-1' : 'sql-2',
  clusterNode: index < 2 ? 'node-1' : 'node-2',
}));

async function tasks(fleet: TestFleet, tenant: string, query: string): Promise<readonly TaskJson[]> {
  return (await fleet.ask(tenant, TASKS + query)).json.Items;
}

function age(fleet: TestFleet, stamp: string): number {
  return fleet.clock.now() - Date.parse(stamp);
}

/** Ends after so many turns of the event loop, 0.3 s at least: a machine that is busy is no server that hangs. */
function patience(): AbortController {
  const controller = new AbortController();
  async function wait(): Promise<void> {
    for (let turn = 0; turn < 60; turn++) await setTimeout(5, undefined, { ref: false });
    controller.abort();
  }
  void wait();
  return controller;
}

async function pingOutcome(fleet: TestFleet, tenant: string): Promise<string> {
  const { signal } = patience();
  try {
    return String((await fleet.ask(tenant, '/api/octopusservernodes/ping', { signal })).status);
  } catch (error) {
    if (signal.aborted) return 'timeout';
    assert.ok(error instanceof Error);
    return /ECONNREFUSED/.test(error.message) ? 'refused' : 'reset';
  }
}

/** Status and milliseconds of the requests in the log since a moment. */
async function loggedRequests(
  fleet: TestFleet,
  tenant: string,
  since: number,
): Promise<{ status: number; ms: number }[]> {
  const found: { status: number; ms: number }[] = [];
  for (const line of (await fleet.readLog(tenant)).split('\n')) {
    const [, stamp, status, ms] = /^(\S+ \S+) .*"completed" with (\d+) in .* \((\d+)ms\)/.exec(line) ?? [];
    if (stamp === undefined || Date.parse(`${stamp.replace(' ', 'T').slice(0, 23)}Z`) < since) continue;
    found.push({ status: Number(status), ms: Number(ms) });
  }
  return found;
}

async function countLines(fleet: TestFleet, tenant: string, pattern: RegExp): Promise<number> {
  return (await fleet.readLog(tenant)).split('\n').filter((line) => pattern.test(line)).length;
}

const CASES: Readonly<Record<IncidentTypeId, Case>> = {
  T1: {
    spec: { type: 'T1', tenants: ['acme'] },
    afterMs: 5 * MINUTE,
    victims: ['acme'],
    async evidence(fleet, tenant) {
      const queued = await tasks(fleet, tenant, '&states=Queued');
      const started = (await tasks(fleet, tenant, '')).filter(
        ({ StartTime }) => StartTime !== null && age(fleet, StartTime) < 4 * MINUTE,
      );
      const up = (await pingOutcome(fleet, tenant)) === '200';
      return up && started.length === 0 && queued.some(({ QueueTime }) => age(fleet, QueueTime) > 4 * MINUTE);
    },
  },
  T2: {
    spec: { type: 'T2', tenants: ['acme'] },
    afterMs: 5 * MINUTE,
    victims: ['acme'],
    async evidence(fleet, tenant) {
      const recurring = await tasks(fleet, tenant, '&active=true&name=RecurringScheduledDeployments');
      const others = (await tasks(fleet, tenant, '&name=Deploy')).filter(
        ({ StartTime }) => StartTime !== null && age(fleet, StartTime) < 4 * MINUTE,
      );
      assert.ok(others.length > 0, 'everything else goes on');
      return recurring.some(
        ({ State, QueueTime }) => State === 'Queued' && age(fleet, QueueTime) >= 5 * MINUTE,
      );
    },
  },
  T3: {
    spec: { type: 'T3', tenants: ['acme'] },
    afterMs: 15 * MINUTE,
    victims: ['acme'],
    async evidence(fleet, tenant) {
      const hanging = await tasks(fleet, tenant, '&states=Cancelling');
      return hanging.some(({ LastUpdatedTime }) => age(fleet, LastUpdatedTime) > 10 * MINUTE);
    },
  },
  T4: {
    spec: { type: 'T4', tenants: ['acme'], durationMs: 30 * MINUTE },
    afterMs: 10 * MINUTE,
    victims: ['acme'],
    async evidence(fleet, tenant) {
      const running = await tasks(fleet, tenant, '&states=Executing');
      assert.ok(running.every(({ LastUpdatedTime }) => age(fleet, LastUpdatedTime) < MINUTE));
      const logs = await Promise.all(running.map(({ Id }) => fleet.ask(tenant, `/api/tasks/${Id}/details`)));
      return logs.some(({ text }) => /Waiting for the script in task \[ServerTasks-\d+\]/.test(text));
    },
  },
  T5: {
    spec: { type: 'T5', tenants: ['acme'] },
    afterMs: 15 * MINUTE,
    victims: ['acme'],
    async evidence(fleet, tenant) {
      const { Nodes } = (await fleet.ask(tenant, '/api/octopusservernodes/summary')).json;
      const isFull = Nodes.every(
        ({ RunningTaskCount, MaxConcurrentTasks }) => RunningTaskCount === MaxConcurrentTasks,
      );
      const started = (await tasks(fleet, tenant, '')).filter(
        ({ StartTime }) => StartTime !== null && age(fleet, StartTime) < 2 * MINUTE,
      );
      const queued = (await tasks(fleet, tenant, '&states=Queued')).length;
      return isFull && queued > 10 && started.length > 0;
    },
  },
  T7: {
    spec: { type: 'T7', tenants: ['acme'], durationMs: 100_000 },
    afterMs: MINUTE,
    victims: ['acme'],
    evidence: async (fleet, tenant) => (await pingOutcome(fleet, tenant)) === 'refused',
  },
  T9: {
    spec: { type: 'T9', tenants: ['acme'], durationMs: 40 * MINUTE },
    afterMs: 15 * MINUTE,
    victims: ['acme'],
    async evidence(fleet, tenant) {
      const pool = await countLines(fleet, tenant, /ERROR .*prior to obtaining a connection from the pool/);
      const recent = await loggedRequests(fleet, tenant, fleet.clock.now() - 5 * MINUTE);
      const failed = recent.filter(({ status }) => status >= 500).length / recent.length;
      return pool > 5 * 15 && failed > 0.3 && quantile(recent, 0.5) > 1_000;
    },
  },
  T15: {
    spec: { type: 'T15', tenants: ['acme'], durationMs: 60 * MINUTE },
    afterMs: 20 * MINUTE,
    victims: ['acme'],
    async evidence(fleet, tenant) {
      const ended = (
        await tasks(fleet, tenant, '&states=Success,Failed,TimedOut&name=Deploy,RunbookRun')
      ).filter(({ StartTime }) => StartTime !== null && age(fleet, StartTime) < 20 * MINUTE);
      const failed = ended.filter(({ State, ErrorMessage }) => State === 'Failed' && ErrorMessage !== '');
      return failed.length > 5 && failed.length / ended.length > 0.3;
    },
  },
  S1: {
    spec: { type: 'S1', shared: 'node-1' },
    afterMs: 3 * MINUTE,
    victims: ['acme', 'globex'],
    evidence: async (fleet, tenant) => (await pingOutcome(fleet, tenant)) === 'timeout',
  },
  S3: {
    spec: { type: 'S3', shared: 'sql-1' },
    afterMs: 2 * MINUTE,
    victims: ['acme', 'globex'],
    async evidence(fleet, tenant) {
      return (await countLines(fleet, tenant, /ERROR .*transport-level error/)) > 20;
    },
  },
  S7: {
    spec: { type: 'S7', shared: 'westeurope', durationMs: 60 * MINUTE },
    afterMs: 20 * MINUTE,
    victims: ['acme', 'globex'],
    async evidence(fleet, tenant) {
      const recent = await loggedRequests(fleet, tenant, fleet.clock.now() - 20 * MINUTE);
      assert.ok(quantile(recent, 0.5) < 200, 'the median hides it');
      return quantile(recent, 0.95) > 1_000 && recent.some(({ status }) => status >= 500);
    },
  },
  Q1: {
    spec: { type: 'Q1', tenants: ['acme'], durationMs: 10 * MINUTE },
    afterMs: 2 * MINUTE,
    victims: ['acme'],
    evidence: async (fleet, tenant) => (await pingOutcome(fleet, tenant)) === '418',
  },
  Q6: {
    spec: { type: 'Q6', tenants: ['acme'], durationMs: 20_000 },
    afterMs: 10_000,
    victims: ['acme'],
    evidence: async (fleet, tenant) => (await pingOutcome(fleet, tenant)) === 'reset',
  },
};

function quantile(requests: readonly { ms: number }[], q: number): number {
  const sorted = requests.map(({ ms }) => ms).toSorted((a, b) => a - b);
  assert.ok(sorted.length >= 20, `only ${sorted.length} requests in the log`);
  return sorted[Math.floor(q * sorted.length)]!;
}

function start(t: TestContext): Promise<TestFleet> {
  return startFleet(t, { tenants: TENANTS, speed: 1 });
}

for (const [type, { spec, afterMs, evidence, victims }] of Object.entries(CASES)) {
  describe(`${type}: ${INCIDENT_TYPES[spec.type].cause}`, () => {
    test('shows its evidence on its victims, and on nobody else', async (t) => {
      const fleet = await start(t);
      const handle = fleet.simulator.inject(spec);
      await fleet.pass(afterMs);
      for (const tenant of PLACED)
        assert.equal(await evidence(fleet, tenant), victims.includes(tenant), tenant);
      assert.deepEqual(handle.truth.tenants, victims);
      assert.ok(handle.truth.evidence_from !== undefined);
    });

    test('is absent in the twin without it', async (t) => {
      const fleet = await start(t);
      await fleet.pass(afterMs);
      for (const tenant of PLACED) assert.equal(await evidence(fleet, tenant), false, tenant);
    });

    test('is gone some time after its end', async (t) => {
      const fleet = await start(t);
      const handle = fleet.simulator.inject(spec);
      await fleet.pass(afterMs);
      handle.end();
      await fleet.pass(40 * MINUTE);
      assert.equal(handle.truth.t1, fleet.clock.now() - 40 * MINUTE);
      for (const tenant of PLACED) assert.equal(await isBack(fleet, tenant), true, tenant);
    });
  });
}

/** Ping answers, nothing is stuck, and the log has no error of the last ten minutes beyond failed tasks. */
async function isBack(fleet: TestFleet, tenant: string): Promise<boolean> {
  const active = await tasks(fleet, tenant, '&active=true');
  const recent = await loggedRequests(fleet, tenant, fleet.clock.now() - 10 * MINUTE);
  return (
    (await pingOutcome(fleet, tenant)) === '200' &&
    active.every(({ QueueTime, State }) => State !== 'Cancelling' && age(fleet, QueueTime) < 30 * MINUTE) &&
    quantile(recent, 0.9) < 500
  );
}

test('T2 is healed by cancelling its task: the next one runs, and the missed schedules come at once', async (t) => {
  const fleet = await start(t);
  const handle = fleet.simulator.inject({ type: 'T2', tenants: ['acme'] });
  await fleet.pass(30 * MINUTE);
  const name = '&name=RecurringScheduledDeployments';
  const [stuck] = await tasks(fleet, 'acme', `${name}&active=true`);
  assert.deepEqual(await tasks(fleet, 'acme', `${name}&states=Queued`), [], 'Queued alone does not find it');
  assert.equal((await tasks(fleet, 'acme', `${name}&states=New`))[0]?.Id, stuck?.Id);
  const before = fleet.clock.now();
  await fleet.ask('acme', `/api/Spaces-1/tasks/${stuck!.Id}/cancel`, { method: 'POST' });
  await fleet.pass(40_000);
  const runs = await tasks(fleet, 'acme', `${name}&states=Success`);
  const next = runs.findLast(({ CompletedTime }) => Date.parse(CompletedTime!) > before);
  assert.ok(next !== undefined);
  const storm = (await tasks(fleet, 'acme', '')).filter(({ QueueTime }) => QueueTime === next.CompletedTime);
  assert.ok(storm.length >= 10, `${storm.length} tasks at once`);
  assert.ok(handle.truth.heal.at !== undefined && handle.truth.t1 === handle.truth.heal.at);
  assert.equal(fleet.simulator.cancelled('acme').length, 1);
});

for (const type of ['T1', 'T2', 'T3', 'T4', 'T9'] as const) {
  test(`${type} is healed by a restart`, async (t) => {
    const fleet = await start(t);
    const handle = fleet.simulator.inject({ type, tenants: ['acme'], durationMs: 60 * MINUTE });
    await fleet.pass(5 * MINUTE);
    fleet.simulator.restart('acme', 30_000);
    await fleet.pass(31_000);
    assert.ok(handle.truth.heal.at !== undefined);
    await fleet.pass(5 * MINUTE);
    const active = await tasks(fleet, 'acme', '&active=true');
    assert.ok(active.every(({ QueueTime }) => age(fleet, QueueTime) < 3 * MINUTE));
  });
}

test('a restart does not heal what it cannot: the load of T5 is still there', async (t) => {
  const fleet = await start(t);
  const handle = fleet.simulator.inject({ type: 'T5', tenants: ['acme'] });
  fleet.simulator.restart('acme', 30_000);
  await fleet.pass(5 * MINUTE);
  assert.equal(handle.truth.t1, undefined);
});

test('T7 hangs instead of crashing when it lasts longer than a restart takes', async (t) => {
  const fleet = await start(t);
  fleet.simulator.inject({ type: 'T7', tenants: ['acme'], durationMs: 5 * MINUTE });
  await fleet.pass(MINUTE);
  assert.equal(await pingOutcome(fleet, 'acme'), 'timeout');
  await fleet.pass(5 * MINUTE);
  assert.equal(await pingOutcome(fleet, 'acme'), '200');
});

test('Q1 drains, stops and comes back with the next version', async (t) => {
  const fleet = await start(t);
  fleet.simulator.inject({ type: 'Q1', tenants: ['acme'], durationMs: 10 * MINUTE });
  const seen: string[] = [];
  for (let minute = 0; minute < 11; minute++) {
    await fleet.pass(MINUTE);
    seen.push(await pingOutcome(fleet, 'acme'));
  }
  assert.deepEqual(new Set(seen), new Set(['418', 'refused', '200']));
  assert.deepEqual([seen[0], seen[6], seen[10]], ['418', 'refused', '200']);
  assert.notEqual((await fleet.ask('acme', '/api')).json.Version, TENANTS[0]!.version);
});

test('S1 gives its tenants back one after the other', async (t) => {
  const fleet = await start(t);
  fleet.simulator.inject({ type: 'S1', shared: 'node-1', durationMs: 8 * MINUTE });
  const backAt = new Map<string, number>();
  for (let second = 0; second < 9 * 60 && backAt.size < 2; second += 5) {
    await fleet.pass(5_000);
    if (second < 6 * 60) continue;
    for (const tenant of ['acme', 'globex']) {
      if (!backAt.has(tenant) && (await pingOutcome(fleet, tenant)) === '200') backAt.set(tenant, second);
    }
  }
  assert.notEqual(backAt.get('acme'), backAt.get('globex'));
});

test('the truth names what is shared, what overlaps, and what was planned', async (t) => {
  const fleet = await start(t);
  fleet.simulator.inject({ type: 'S3', shared: 'sql-1' });
  fleet.simulator.inject({ type: 'T5', tenants: ['acme'] });
  fleet.simulator.inject({ type: 'Q1', tenants: ['initech'] });
  const [shared, local, planned] = fleet.simulator.truth();
  assert.deepEqual(shared!.shared, { kind: 'database_server', name: 'sql-1' });
  assert.deepEqual([shared!.cause_entity, local!.cause_entity], ['sql-1', 'acme']);
  assert.deepEqual([shared!.overlaps, local!.overlaps, planned!.overlaps], [[local!.id], [shared!.id], []]);
  assert.deepEqual([local!.planned, planned!.planned], [false, true]);
});
