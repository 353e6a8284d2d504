import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Target } from '../../src/collect/contract.ts';
import { NO_FLEET } from '../../src/collect/fleet-of.ts';
import { pollOnce } from '../../src/collect/poll-once.ts';
import type { PollResult } from '../../src/collect/running-poll.ts';
import type { JsonValue } from '../../src/model/json.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { createOctopusClient } from '../../src/octopus/client.ts';
import { createHttp } from '../../src/system/system-http.ts';
import { startLoopbackServer, type Answer, type Received } from '../../test/contract/loopback-server.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { createInstancePolls } from './instance-polls.ts';

const START = Date.UTC(2026, 10, 21, 6, 30);
const TURN_MS = 150_000;
const TARGET: Target = { tenant: 'acme', info: {}, files: {}, timeZone: 'UTC' };

/** A server that answers so, its clock so many ms ahead, and one of the polls with what it remembers. */
async function scene(
  t: TestContext,
  name: string,
  answer: (request: Received) => Answer | undefined,
  aheadMs = 0,
) {
  const clock = new VirtualClock(START);
  const server = await startLoopbackServer(t, (request) => {
    const given = answer(request);
    const date = new Date(clock.now() + aheadMs).toUTCString();
    return given && { ...given, headers: { date, ...given.headers } };
  });
  const { http, close } = createHttp();
  t.after(close);
  const { log, lines } = recordedLog();
  const shared = { clock, log, metrics: NO_METRICS };
  const options = { ...shared, ...server, http, apiKey: 'API-SYNTHETIC', tenant: 'acme', random: () => 0 };
  const client = createOctopusClient(options);
  const collector = createInstancePolls({ clientFor: () => client }).find((each) => each.name === name);
  assert.ok(collector);
  let state: JsonValue = null;

  /** Polls once, then lets `afterMs` pass. */
  async function poll(afterMs = TURN_MS): Promise<PollResult> {
    assert.ok(collector);
    const around = { ...shared, deadlineMs: 10_000, fleet: NO_FLEET, isSource: () => true, state };
    const result = await pollOnce(collector, TARGET, around, AbortSignal.timeout(10_000));
    ({ state } = result);
    await clock.advance(afterMs);
    return result;
  }

  return { poll, clock, lines, received: server.received };
}

function valuesOf({ points }: PollResult, metric: string): number[] {
  return points.flatMap(({ values }) => (values[metric] === undefined ? [] : [Number(values[metric])]));
}

function page(items: readonly object[]): Answer {
  return { json: { TotalResults: items.length, Items: items } };
}

function license(days: number): Answer {
  return { json: { IsCompliant: true, DaysToEffectiveExpiryDate: days, Limits: [] } };
}

test('the license is asked for once an hour, and said at every turn', async (t) => {
  let days = 30;
  const { poll, received } = await scene(t, 'octopus-api/license', () => license(days--));
  const said = [];
  for (let turn = 0; turn < 49; turn++)
    said.push(...valuesOf(await poll(), 'octopus_license_remaining_seconds'));
  assert.deepEqual(
    said,
    Array.from({ length: 49 }, (_, turn) => (30 - Math.floor(turn / 24)) * 86_400),
  );
  assert.equal(received.length, 3);
});

test('an answer that does not come fails the poll, and is asked for again at the next turn', async (t) => {
  const answers: Answer[] = [license(30), { status: 503 }, license(29)];
  const { poll, received } = await scene(t, 'octopus-api/license', () => answers.shift());
  assert.equal((await poll(3_600_000)).failure, undefined);
  const failed = await poll();
  assert.equal(failed.failure?.reason, 'server_error');
  assert.deepEqual(failed.points, []);
  assert.deepEqual(valuesOf(await poll(), 'octopus_license_remaining_seconds'), [29 * 86_400]);
  assert.equal(received.length, 3);
});

test('a missing permission fails that poll alone, and is named', async (t) => {
  const message = 'You do not have permission. Missing permission: MachineView';
  const { poll } = await scene(t, 'octopus-api/machines', ({ path }) =>
    path === '/api/spaces' ? page([{ Id: 'Spaces-1' }]) : { status: 403, json: { ErrorMessage: message } },
  );
  const { failure } = await poll();
  assert.equal(failure?.reason, 'forbidden');
  assert.match(failure.message, /machines: .*grant MachineView to the service account/);
});

test('many spaces are read in turn, five a poll, and what is known of the others is said again', async (t) => {
  let spaces = Array.from({ length: 12 }, (_, index) => ({ Id: `Spaces-${index}`, Name: `space ${index}` }));
  const { poll, received, clock } = await scene(t, 'octopus-api/machines', ({ path }) =>
    path === '/api/spaces' ? page(spaces) : page([{ HealthStatus: 'Healthy' }, { HealthStatus: 'New' }]),
  );
  const known = async (): Promise<number> =>
    new Set((await poll()).points.map(({ dimensions }) => dimensions['space'])).size;
  assert.deepEqual([await known(), await known(), await known()], [5, 10, 12]);
  const asked = received.filter(({ path }) => path.endsWith('/machines')).map(({ path }) => path);
  assert.equal(new Set(asked).size, 12, 'none is read twice in the first round');
  await clock.advance(3_600_000);
  spaces = spaces.slice(0, 2);
  const { points } = await poll();
  assert.deepEqual(
    new Set(points.map(({ dimensions }) => dimensions['space'])),
    new Set(['space 0', 'space 1']),
  );
});

test('a space that cannot be read hides none of the others, and is told once', async (t) => {
  const spaces = Array.from({ length: 8 }, (_, index) => ({ Id: `Spaces-${index}`, Name: `space ${index}` }));
  let isOpen = false;
  const { poll, lines } = await scene(t, 'octopus-api/machines', ({ path }) => {
    if (path === '/api/spaces') return page(spaces);
    const isPrivate = !/Spaces-[67]/.test(path);
    return isPrivate && !isOpen ? { status: 403, json: {} } : page([{ HealthStatus: 'Healthy' }]);
  });
  const read = async (): Promise<number> => valuesOf(await poll(), 'octopus_machines_disabled').length;
  assert.deepEqual([await read(), await read(), await read(), await read()], [0, 2, 2, 2]);
  assert.equal(lines.filter((line) => line.includes('a space cannot be read')).length, 6);
  isOpen = true;
  assert.deepEqual([await read(), await read(), await read()], [7, 8, 8]);
});

test('a server older than spaces has one list', async (t) => {
  const { poll, received } = await scene(t, 'octopus-api/machines', ({ path }) =>
    path === '/api/machines' ? page([{ HealthStatus: 'Unavailable' }]) : { status: 404, json: {} },
  );
  const { points } = await poll();
  const [gone] = points.filter(({ dimensions }) => dimensions['health'] === 'unavailable');
  assert.deepEqual([gone?.dimensions['space'], gone?.values['octopus_machines']], ['', 1]);
  assert.deepEqual(
    received.map(({ path }) => path),
    ['/api/spaces', '/api/machines'],
  );
});

test('a list that a server gives in smaller pages is read to its end', async (t) => {
  const { poll } = await scene(t, 'octopus-api/machines', ({ path, query }) => {
    if (path === '/api/spaces') return page([{ Id: 'Spaces-1' }]);
    const rest = Math.max(0, 250 - Number(query.get('skip')));
    const items = Array.from({ length: Math.min(100, rest) }, () => ({ HealthStatus: 'Healthy' }));
    return { json: { TotalResults: 250, Items: items } };
  });
  assert.equal(Math.max(...valuesOf(await poll(), 'octopus_machines')), 250);
});

test('a list without an end is not counted: a part would pass for the whole', async (t) => {
  const { poll, received } = await scene(t, 'octopus-api/machines', ({ path }) =>
    path === '/api/spaces'
      ? page([{ Id: 'Spaces-1' }])
      : { json: { TotalResults: 1_000_000, Items: [{ HealthStatus: 'Healthy' }] } },
  );
  const { failure, points } = await poll();
  assert.equal(failure?.reason, 'too_large');
  assert.deepEqual(points, []);
  assert.equal(received.length, 21, 'twenty pages, and the spaces');
});

test('a list that ends before its total is not counted', async (t) => {
  const { poll } = await scene(t, 'octopus-api/machines', ({ path, query }) => {
    if (path === '/api/spaces') return page([{ Id: 'Spaces-1' }]);
    const Items = query.get('skip') === '0' ? [{ HealthStatus: 'Healthy' }] : [];
    return { json: { TotalResults: 250, Items } };
  });
  const { failure, points } = await poll();
  assert.equal(failure?.reason, 'malformed');
  assert.match(failure.message, /the list ends after 1 of 250 items/);
  assert.deepEqual(points, []);
});

test('an event that moves to the next page while pages are read is one, as is a log that ends early', async (t) => {
  const events = ['Events-2', 'Events-1'].map((Id) => ({
    Id,
    Category: 'LoginFailed',
    Occurred: at(-60_000),
  }));
  const { poll } = await scene(t, 'octopus-api/events', ({ query }) => {
    const skip = Number(query.get('skip'));
    const Items = skip === 0 ? events : skip === 2 ? events.slice(1) : [];
    return { json: { TotalResults: 4, Items } };
  });
  const { failure, points } = await poll();
  assert.equal(failure, undefined);
  assert.deepEqual(
    points.map(({ values }) => values['event_id']),
    ['Events-2', 'Events-1'],
  );
});

test('a window of more events than are read is passed over', async (t) => {
  const event = { Id: 'Events-1', Category: 'LoginFailed', Occurred: at(-60_000) };
  const { poll, received } = await scene(t, 'octopus-api/events', () => ({
    json: { TotalResults: 1_000_000, Items: [event] },
  }));
  const froms = [];
  for (let turn = 0; turn < 3; turn++) {
    const { failure, points } = await poll();
    assert.equal(failure, undefined);
    assert.deepEqual(points, []);
    froms.push(received.at(-1)?.query.get('from'));
  }
  assert.deepEqual(froms, [at(-120_000), at(-120_000), at(30_000)]);
});

test('the start of the process stays the same while it runs, and moves when it was restarted', async (t) => {
  const uptimes = ['01:00:00.2000000', '01:01:00.9000000', '00:00:20', 'a while'];
  const { poll } = await scene(t, 'octopus-api/system-info', () => ({ json: { Uptime: uptimes.shift() } }));
  const starts = [];
  for (let turn = 0; turn < 3; turn++)
    starts.push(...valuesOf(await poll(60_000), 'octopus_server_start_time_seconds'));
  const first = START / 1000 - 3600.2;
  assert.deepEqual(starts, [first, first, START / 1000 + 120 - 20]);
  const odd = await poll();
  assert.equal(odd.failure, undefined);
  assert.deepEqual(valuesOf(odd, 'octopus_server_start_time_seconds'), []);
});

test('each event is handed over once, also one that is seen late', async (t) => {
  let events = [{ Id: 'Events-1', Category: 'DeploymentFailed', Occurred: at(-60_000) }];
  const { poll, received } = await scene(t, 'octopus-api/events', () => page(events));
  const ids = async (): Promise<unknown[]> =>
    (await poll(60_000)).points.map(({ values }) => values['event_id']);
  assert.deepEqual(await ids(), ['Events-1']);
  const other = { Id: 'Events-4', Category: 'DeploymentQueued', Occurred: at(-5000) };
  const late = { Id: 'Events-2', Category: 'MachineUnhealthy', Occurred: at(-10_000) };
  events = [{ Id: 'Events-3', Category: 'LoginFailed', Occurred: at(30_000) }, other, late, ...events];
  assert.deepEqual(await ids(), ['Events-3', 'Events-2']);
  assert.deepEqual(await ids(), []);
  const from = received.map(({ query }) => query.get('from'));
  assert.deepEqual(from, [at(-120_000), at(-120_000), at(-60_000)], 'windows overlap');
});

test('the last run of scheduled triggers is asked for at every turn, by the clock of the agent', async (t) => {
  let ended: number | undefined;
  const answer = ({ path }: Received): Answer => {
    if (path === '/api/spaces') return page([{ Id: 'Spaces-1' }]);
    if (path !== '/api/tasks') return page([{ Filter: { FilterType: 'CronExpressionSchedule' } }]);
    if (ended === undefined) return page([]);
    return page([{ Id: 'ServerTasks-1', Name: 'x', State: 'Success', CompletedTime: at(ended) }]);
  };
  const { poll, received } = await scene(t, 'octopus-api/scheduled-triggers', answer, 60_000);
  const LAST_RUN = 'octopus_scheduled_triggers_last_run_timestamp_seconds';
  const never = await poll();
  assert.deepEqual(valuesOf(never, LAST_RUN), []);
  assert.deepEqual(valuesOf(never, 'octopus_scheduled_triggers'), [1]);
  for (ended of [160_000, 310_000])
    assert.deepEqual(valuesOf(await poll(), LAST_RUN), [(START + ended - 60_000) / 1000]);
  const triggers = received.filter(({ path }) => path.endsWith('/projecttriggers'));
  assert.equal(triggers.length, 2, 'triggers at every other turn');
});

function at(ms: number): string {
  return new Date(START + ms).toISOString();
}
