import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { Target } from '../../src/collect/contract.ts';
import { NO_FLEET } from '../../src/collect/fleet-of.ts';
import { pollOnce } from '../../src/collect/poll-once.ts';
import type { JsonValue } from '../../src/model/json.ts';
import type { Point } from '../../src/model/point.ts';
import { NO_METRICS } from '../../src/model/self-metrics.ts';
import { VirtualClock } from '../../src/model/virtual-clock.ts';
import { createOctopusClient } from '../../src/octopus/client.ts';
import { createHttp } from '../../src/system/system-http.ts';
import { startLoopbackServer, type Answer, type Received } from '../../test/contract/loopback-server.ts';
import { FIXTURE_TIME, testPollContract } from '../../test/contract/poll-collector-contract.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { createTasksBlockedPoll } from './tasks-blocked.ts';

/** What the server says of one task. */
interface TaskSaid {
  readonly number: number;
  readonly state?: 'Queued' | 'Executing';
  /** For how long it has been running; a minute longer than `minutes` by default. */
  readonly ran?: number;
  /** Since when it waits, or has not reported progress. */
  readonly minutes: number;
  readonly blockedBy?: readonly number[];
  readonly behind?: readonly number[];
  readonly message?: string;
  /** The last line of what it does on its target. */
  readonly line?: string;
  readonly fields?: object;
}

function ago(minutes: number): string {
  return new Date(FIXTURE_TIME - minutes * 60_000).toISOString();
}

function payload({ number, state = 'Queued', minutes, ran = minutes + 1, fields }: TaskSaid): object {
  const isQueued = state === 'Queued';
  return {
    Id: `ServerTasks-${number}`,
    Name: 'Deploy',
    State: state,
    SpaceId: 'Spaces-2',
    QueueTime: ago(isQueued ? minutes : minutes + 1),
    StartTime: isQueued ? null : ago(ran),
    LastUpdatedTime: ago(minutes),
    ...fields,
  };
}

function details({ line = 'Uploading package', minutes }: TaskSaid): object {
  const elements = [
    { MessageText: 'Beginning deployment', OccurredAt: ago(minutes + 1), Number: 1 },
    { MessageText: line, OccurredAt: ago(minutes), Number: 2 },
  ];
  const leaf = { Name: 'web-1', Status: 'Running', Children: [], LogElements: elements };
  return {
    Task: {},
    ActivityLogs: [{ Name: 'Deploy', Status: 'Running', Children: [leaf], LogElements: [] }],
  };
}

function ids(numbers: readonly number[] = []): object[] {
  return numbers.map((number) => ({ Id: `ServerTasks-${number}` }));
}

/** An Octopus server with these tasks. */
function serverOf(tasks: readonly TaskSaid[]): (request: Received) => Answer | undefined {
  return ({ path }) => {
    if (path === '/api/spaces') return { json: { Items: [{ Id: 'Spaces-2' }] } };
    if (path === '/api/tasks') return { json: { TotalResults: tasks.length, Items: tasks.map(payload) } };
    const [, number, suffix] = /^\/api\/tasks\/ServerTasks-(\d+)(\/.+)$/.exec(path) ?? [];
    const task = tasks.find((said) => said.number === Number(number));
    if (task === undefined) return undefined;
    if (suffix === '/blockedby') return { json: ids(task.blockedBy) };
    if (suffix === '/queued-behind') return { json: { Items: ids(task.behind) } };
    if (suffix === '/details') return { json: details(task) };
    const messages = task.message === undefined ? [] : [{ Title: null, Message: task.message }];
    return { json: { Messages: messages } };
  };
}

const MUTEX = 'to finish as this script requires that no other Octopus scripts are executing on this target';
const TASKS: readonly TaskSaid[] = [
  { number: 101, minutes: 25, blockedBy: [102] },
  { number: 102, minutes: 5, blockedBy: [103] },
  { number: 103, state: 'Executing', minutes: 1 },
  { number: 104, minutes: 10, message: 'The task cap of 5 is reached', blockedBy: [103, 105] },
  { number: 105, state: 'Executing', minutes: 0 },
  { number: 106, minutes: 1, blockedBy: [103] },
  { number: 107, minutes: 3 },
  {
    number: 110,
    state: 'Executing',
    minutes: 20,
    line: `Waiting for the script in task [ServerTasks-111](~/app#/tasks/ServerTasks-111) ${MUTEX}`,
    fields: { Name: 'RunbookRun', Arguments: { RunbookRunId: 'RunbookRuns-7' } },
  },
  {
    number: 111,
    state: 'Executing',
    minutes: 0,
    line: `Waiting for the script in task [RunbookRuns-7](~/app#/tasks/RunbookRuns-7) ${MUTEX}`,
  },
];

testPollContract({
  name: 'octopus-api/tasks-blocked',
  answer: serverOf(TASKS),
  create: (around) => {
    const log = recordedLog().log;
    const base = { apiKey: 'API-SYNTHETIC', tenant: 'acme', random: () => 0, log };
    const client = createOctopusClient({ ...around, ...base });
    return createTasksBlockedPoll(() => client);
  },
  golden: new URL('fixtures/golden/tasks-blocked.json', import.meta.url),
});

interface World {
  /** Polls once more, `seconds` after the last poll. */
  poll(seconds?: number): Promise<readonly Point[]>;
  /** The same, where it may fail. */
  tryPoll(): ReturnType<typeof pollOnce>;
  /** Paths that were asked for besides the list of tasks, shortened: `101/blockedby`. */
  asked(): readonly string[];
}

async function watch(
  t: TestContext,
  tasks: () => readonly TaskSaid[],
  options: { requestsPerMinute?: number; answer?: (request: Received) => Answer | undefined } = {},
): Promise<World> {
  const { url, received } = await startLoopbackServer(t, (request) => {
    const date = { date: new Date(clock.now()).toUTCString() };
    const given = options.answer?.(request) ?? serverOf(tasks())(request);
    return given === undefined ? undefined : { ...given, headers: date };
  });
  const { http, close } = createHttp();
  t.after(close);
  const clock = new VirtualClock(FIXTURE_TIME);
  const { log } = recordedLog();
  const base = { url, http, clock, log, metrics: NO_METRICS, apiKey: 'API-SYNTHETIC', random: () => 0 };
  const { requestsPerMinute = 600 } = options;
  const client = createOctopusClient({ ...base, tenant: 'acme', requestsPerMinute });
  const collector = createTasksBlockedPoll(() => client);
  const target: Target = { tenant: 'acme', url, info: {}, files: {}, timeZone: 'UTC' };
  let state: JsonValue = null;
  function tryPoll(): ReturnType<World['tryPoll']> {
    const context = {
      clock,
      log,
      metrics: NO_METRICS,
      deadlineMs: 10_000,
      fleet: NO_FLEET,
      isSource: () => true,
    };
    return pollOnce(collector, target, { ...context, state }, AbortSignal.timeout(30_000));
  }
  async function poll(seconds = 0): Promise<readonly Point[]> {
    await clock.advance(seconds * 1000);
    const result = await tryPoll();
    assert.equal(result.failure, undefined, String(result.failure));
    state = result.state;
    return result.points;
  }
  const asked = (): readonly string[] =>
    received.map(({ path }) => /ServerTasks-(\d+\/.+)$/.exec(path)?.[1] ?? '').filter((path) => path !== '');
  return { poll, tryPoll, asked };
}

function valuesOf(points: readonly Point[], dataset: string): readonly Point['values'][] {
  return points.filter((point) => point.dataset.name === dataset).map(({ values }) => values);
}

/** `reason:tasks:seconds` of each reason. */
function reasonsOf(points: readonly Point[]): readonly string[] {
  return points
    .filter(({ dataset }) => dataset.name === 'task_blocked')
    .map(({ dimensions, values }) => {
      const { octopus_tasks_blocked: tasks, octopus_task_blocked_seconds: seconds } = values;
      return `${dimensions['reason']}:${tasks}:${seconds}`;
    });
}

function graphOf(points: readonly Point[]): Point['values'] {
  return valuesOf(points, 'task_wait_graph')[0] ?? {};
}

const REASONS: readonly (readonly [string, Partial<TaskSaid>, readonly string[], number | undefined])[] = [
  ['the task that the server names', { blockedBy: [1] }, ['blocked_by:1:600'], 1],
  ['the tasks before it', { behind: [2, 9] }, ['queued_behind:1:600'], 2],
  ['the cap', { message: 'All 10 task slots are taken.', blockedBy: [1] }, ['task_cap:1:600'], 1],
  ['the cap, whoever', { message: 'The task cap is reached.' }, ['task_cap:1:600'], undefined],
  [
    'a concurrency tag',
    { message: 'Waits: concurrency tag db, ServerTasks-1' },
    ['concurrency_tag:1:600'],
    1,
  ],
  ['a script', { message: `Waiting for the script in task [ServerTasks-1](x) ${MUTEX}` }, ['mutex:1:600'], 1],
  [
    'a script of nobody',
    { message: 'Waiting for the script in task Q7XK2B to finish' },
    ['mutex:1:600'],
    undefined,
  ],
  ['nobody knows what', {}, ['unknown:1:600'], undefined],
];
for (const [what, said, reasons, root] of REASONS) {
  test(`a queued task waits for ${what}`, async (t) => {
    const { poll } = await watch(t, () => [{ number: 9, minutes: 10, ...said }]);
    const points = await poll();
    assert.deepEqual(reasonsOf(points), reasons);
    const { octopus_task_root_holder_number: holder, octopus_task_wait_cycles: cycles } = graphOf(points);
    assert.deepEqual([holder, cycles], [root, 0]);
  });
}

const LINES: readonly (readonly [string, string, readonly string[], number | undefined])[] = [
  [
    'another task',
    `Waiting on scripts in tasks [ServerTasks-1](x) and [ServerTasks-2](x) to finish.`,
    ['mutex:1:600'],
    1,
  ],
  [
    'itself',
    'Waiting on another script in this task to finish as this task requires that',
    ['mutex:1:600'],
    9,
  ],
  [
    'a task that is not found',
    `Waiting for the script in task (error - task not found) ${MUTEX}`,
    ['mutex:1:600'],
    undefined,
  ],
  [
    'nothing any more',
    'This task waited more than 15 minutes and timed out. Task [ServerTasks-1](x) is still running.',
    [],
    undefined,
  ],
  ['nothing: it only stalls', 'Uploading package', [], undefined],
];
for (const [what, line, reasons, root] of LINES) {
  test(`a running task waits for ${what}`, async (t) => {
    const { poll } = await watch(t, () => [{ number: 9, state: 'Executing', minutes: 10, line }]);
    const points = await poll();
    assert.deepEqual(reasonsOf(points), reasons);
    assert.equal(graphOf(points)['octopus_task_root_holder_number'], root);
    assert.equal(graphOf(points)['octopus_task_wait_cycles'], 0);
  });
}

test('nothing waits: nobody is asked, and there are no cycles', async (t) => {
  const { poll, asked } = await watch(t, () => [
    { number: 1, minutes: 1 },
    { number: 2, minutes: 9, fields: { State: 'Executing', LastUpdatedTime: ago(0) } },
    { number: 3, state: 'Executing', minutes: 99, fields: { HasPendingInterruptions: true } },
  ]);
  const points = await poll();
  assert.deepEqual(asked(), []);
  assert.deepEqual(reasonsOf(points), []);
  const { octopus_task_wait_cycles: cycles, octopus_tasks_blocked_unexamined: rest } = graphOf(points);
  assert.deepEqual([cycles, rest], [0, 0]);
});

test('the chain is followed to its end before the next wait is asked about', async (t) => {
  const { poll, asked } = await watch(t, () => [
    { number: 1, minutes: 30, blockedBy: [5] },
    { number: 2, minutes: 20, blockedBy: [6] },
    { number: 5, minutes: 1, blockedBy: [6] },
    { number: 6, state: 'Executing', minutes: 0 },
  ]);
  const points = await poll();
  const order = asked().filter((path) => path.endsWith('/blockedby'));
  assert.deepEqual(order, ['1/blockedby', '5/blockedby', '2/blockedby']);
  const { octopus_task_root_holder_number: root, octopus_task_root_holder_blocking: behind } =
    graphOf(points);
  assert.deepEqual([root, behind], [6, 2]);
  assert.deepEqual(reasonsOf(points), ['blocked_by:2:1800'], 'a wait of a minute is not blocked yet');
});

test('the root holder of the longest wait has a link to its page', async (t) => {
  const { poll } = await watch(t, () => TASKS.filter(({ number }) => number < 106));
  const points = await poll();
  const [first] = valuesOf(points, 'task_wait');
  assert.equal(first?.['task_id'], 'ServerTasks-101');
  assert.equal(first['root_holder'], 'ServerTasks-103');
  assert.equal(first['chain'], 'ServerTasks-101 > ServerTasks-102 > ServerTasks-103');
  assert.match(String(first['link']), /^http:\/\/[^/]+\/app#\/Spaces-2\/tasks\/ServerTasks-103$/);
  assert.equal(graphOf(points)['octopus_task_root_holder_space_number'], 2);
});

const CYCLES: readonly (readonly [string, readonly TaskSaid[], readonly [number, number]])[] = [
  ['a task that blocks itself', [{ number: 9, minutes: 10, blockedBy: [9] }], [1, 9]],
  [
    'two that block each other',
    [
      { number: 8, minutes: 10, blockedBy: [9] },
      { number: 9, minutes: 12, blockedBy: [8] },
    ],
    [1, 8],
  ],
  ['a task and a runbook run that wait for scripts of each other', TASKS.slice(7), [1, 110]],
];
for (const [what, tasks, [cycles, number]] of CYCLES) {
  test(`a cycle: ${what}`, async (t) => {
    const { poll } = await watch(t, () => tasks);
    const points = await poll();
    assert.equal(graphOf(points)['octopus_task_wait_cycles'], cycles);
    assert.equal(graphOf(points)['octopus_task_wait_cycle_number'], number);
    assert.equal(graphOf(points)['octopus_task_root_holder_number'], undefined);
    assert.ok(valuesOf(points, 'task_wait').every((event) => event['in_cycle'] === true));
  });
}

test('a wait is told once, and again when somebody else holds it up', async (t) => {
  let holder = 1;
  const { poll } = await watch(t, () => [{ number: 9, minutes: 10, blockedBy: [holder] }]);
  const told = async (): Promise<unknown[]> =>
    valuesOf(await poll(60), 'task_wait').map((event) => event['root_holder']);
  assert.deepEqual(await told(), ['ServerTasks-1']);
  assert.deepEqual(await told(), []);
  holder = 2;
  assert.deepEqual(await told(), ['ServerTasks-2']);
});

test('of many waits ten are asked about, the longest first; the others are known to wait', async (t) => {
  const { poll, asked } = await watch(t, () =>
    Array.from({ length: 14 }, (_, index) => ({ number: index, minutes: 30 + index, blockedBy: [99] })),
  );
  const points = await poll();
  assert.deepEqual(
    new Set(asked().map((path) => Number(path.split('/')[0]))),
    new Set([13, 12, 11, 10, 9, 8, 7, 6, 5, 4]),
  );
  assert.equal(graphOf(points)['octopus_tasks_blocked_unexamined'], 4);
  assert.deepEqual(reasonsOf(points), [`blocked_by:10:${43 * 60}`, `unknown:4:${33 * 60}`]);
});

test('logs are asked for three times at most', async (t) => {
  const { poll, asked } = await watch(t, () =>
    Array.from({ length: 6 }, (_, index) => ({ number: index, state: 'Executing' as const, minutes: 30 })),
  );
  const points = await poll();
  assert.equal(asked().filter((path) => path.endsWith('/details')).length, 3);
  assert.equal(graphOf(points)['octopus_tasks_blocked_unexamined'], 3);
});

test('when the request budget is half spent it yields what it has', async (t) => {
  const { poll, asked } = await watch(
    t,
    () => Array.from({ length: 8 }, (_, index) => ({ number: index, minutes: 30 - index, blockedBy: [99] })),
    { requestsPerMinute: 20 },
  );
  const points = await poll();
  assert.ok(asked().length <= 6, `${asked().length} requests of a burst of 10`);
  assert.equal(graphOf(points)['octopus_task_root_holder_number'], 99);
  assert.ok(Number(graphOf(points)['octopus_tasks_blocked_unexamined']) >= 5);
  assert.equal(reasonsOf(points).length, 2, 'those that were asked about, and the others');
});

test('a task that the server fails to explain is passed over', async (t) => {
  const tasks = [1, 2, 3].map((number) => ({ number, minutes: 10 + number, blockedBy: [9] }));
  const { poll } = await watch(t, () => tasks, {
    answer: ({ path }) => (path.includes('ServerTasks-2/') ? { status: 500, json: {} } : undefined),
  });
  const points = await poll();
  assert.deepEqual(reasonsOf(points), ['blocked_by:2:780', 'unknown:1:720']);
  assert.equal(graphOf(points)['octopus_tasks_blocked_unexamined'], 1);
});

test('a server that explains none fails the poll; one that wants a pause does not', async (t) => {
  for (const [status, reason] of [
    [500, 'server_error'],
    [403, 'forbidden'],
    [429, undefined],
  ] as const) {
    const { tryPoll } = await watch(t, () => [{ number: 9, minutes: 10 }], {
      answer: ({ path }) => (path.includes('ServerTasks-') ? { status, json: {} } : undefined),
    });
    const { failure, points } = await tryPoll();
    assert.equal(failure?.reason, reason);
    assert.deepEqual(reasonsOf(points), reason === undefined ? ['unknown:1:600'] : []);
  }
});

test('a server that knows none of the questions leaves the reason open', async (t) => {
  const { poll } = await watch(t, () => [{ number: 9, minutes: 10 }], {
    answer: ({ path }) => (path.includes('ServerTasks-') ? { status: 404, json: {} } : undefined),
  });
  assert.deepEqual(reasonsOf(await poll()), ['unknown:1:600']);
});

test('a task that runs for long and reports may wait for a script too; what its log said counts for 5 minutes', async (t) => {
  let line = 'Waiting for the script in task [ServerTasks-1](x) to finish';
  const { poll, asked } = await watch(t, () => [
    { number: 9, state: 'Executing', minutes: 0, ran: 12, line },
  ]);
  const told: unknown[] = [];
  for (let minute = 0; minute < 7; minute++) {
    const points = await poll(minute === 0 ? 120 : 60);
    told.push(graphOf(points)['octopus_task_root_holder_number']);
    if (minute === 1) line = 'Uploading package';
  }
  assert.deepEqual(told, [1, 1, 1, 1, 1, undefined, undefined]);
  assert.deepEqual(asked(), ['9/details', '9/details']);
});

test('logs of more running tasks are read in turn, three a minute', async (t) => {
  const { poll, asked } = await watch(t, () =>
    Array.from({ length: 7 }, (_, index) => ({
      number: index,
      state: 'Executing' as const,
      minutes: 0,
      ran: 20,
    })),
  );
  for (let minute = 0; minute < 4; minute++) await poll(60);
  assert.equal(asked().length, 7);
  assert.equal(new Set(asked()).size, 7);
});
