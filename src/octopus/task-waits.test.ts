import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { countedMetrics } from '../../test/contract/counted-metrics.ts';
import { startLoopbackServer, type Answer, type Received } from '../../test/contract/loopback-server.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { Failure } from '../model/failure.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createHttp } from '../system/system-http.ts';
import { createOctopusClient } from './client.ts';

async function setUp(
  t: TestContext,
  answer: (request: Received) => Answer | undefined,
  requestsPerMinute = 60,
) {
  const server = await startLoopbackServer(t, answer);
  const { http, close } = createHttp();
  t.after(close);
  const clock = new VirtualClock(Date.UTC(2026, 10, 21, 6, 30));
  const { metrics } = countedMetrics();
  const base = { url: server.url, apiKey: 'API-SYNTHETIC', tenant: 'acme', random: () => 0 };
  const client = createOctopusClient({
    ...base,
    http,
    clock,
    metrics,
    log: recordedLog().log,
    requestsPerMinute,
  });
  return { client, clock, ...server };
}

const LISTS: readonly (readonly [string, unknown])[] = [
  ['a page of tasks', { Items: [{ Id: 'ServerTasks-1', State: 'Executing' }, { Id: 'ServerTasks-2' }] }],
  ['an array of tasks', [{ Id: 'ServerTasks-1' }, { Id: 'ServerTasks-2' }]],
  ['an array of ids', ['ServerTasks-1', 'ServerTasks-2', 'ServerTasks-1']],
  ['tasks under their name', { Tasks: [{ Id: 'ServerTasks-1' }, 'ServerTasks-2'] }],
  ['a list with entries of another kind', [7, { Id: 'ServerTasks-1' }, null, 'ServerTasks-2', {}]],
];
for (const [what, json] of LISTS) {
  test(`reads holders from ${what}`, async (t) => {
    const { client, received } = await setUp(t, () => ({ json }));
    assert.deepEqual(await client.waits.blockedBy('ServerTasks-9'), ['ServerTasks-1', 'ServerTasks-2']);
    assert.deepEqual(await client.waits.queuedBehind('ServerTasks-9'), ['ServerTasks-1', 'ServerTasks-2']);
    assert.deepEqual(
      received.map(({ path }) => path),
      ['/api/tasks/ServerTasks-9/blockedby', '/api/tasks/ServerTasks-9/queued-behind'],
    );
  });
}

test('reads status messages, title and text as one', async (t) => {
  const Messages = [{ Category: 'Wait', Title: 'Waiting', Message: 'for a slot' }, { Title: null }, {}];
  const { client } = await setUp(t, () => ({ json: { Messages } }));
  assert.deepEqual(await client.waits.statusMessages('ServerTasks-9'), ['Waiting for a slot']);
});

test('reads the last lines of each activity of the tree, whatever else is in it', async (t) => {
  const line = { MessageText: 'Waiting', OccurredAt: '2026-11-21T06:00:00Z', Number: 4, Category: 'Wait' };
  const leaf = { Name: 'octo-tentacle', Status: 'Running', Children: [], LogElements: [line] };
  const root = { Name: 'Deploy', Status: 'Running', Children: [leaf, 7], LogElements: null };
  const { client, received } = await setUp(t, () => ({ json: { Task: {}, ActivityLogs: [root] } }));
  const activities = await client.waits.activities('ServerTasks-9');
  const lines = [{ message: 'Waiting', occurredAt: Date.UTC(2026, 10, 21, 6), number: 4 }];
  assert.deepEqual(activities, [
    { name: 'Deploy', status: 'Running', lines: [] },
    { name: 'octo-tentacle', status: 'Running', lines },
  ]);
  assert.deepEqual(
    [received[0]?.query.get('verbose'), received[0]?.query.get('tail')],
    ['false', '5'],
    'never the whole log',
  );
});

test('a server without the call is asked three times, and again after an hour', async (t) => {
  const { client, clock, received } = await setUp(t, () => ({ status: 404, json: {} }));
  for (let i = 0; i < 5; i++) assert.equal(await client.waits.blockedBy(`ServerTasks-${i}`), undefined);
  assert.equal(received.length, 3);
  await clock.advance(3_600_000);
  assert.equal(await client.waits.blockedBy('ServerTasks-9'), undefined);
  assert.equal(received.length, 4);
});

test('calls about waits leave half of the budget to the polls', async (t) => {
  const { client, received } = await setUp(t, () => ({ json: [] }), 20);
  const isBudget = (error: unknown): boolean => error instanceof Failure && error.reason === 'budget';
  for (let i = 0; i < 5; i++) await client.waits.blockedBy('ServerTasks-9');
  await assert.rejects(client.waits.blockedBy('ServerTasks-9'), isBudget);
  assert.equal(received.length, 5, 'half of the burst of 10');
});

test('a list of active tasks is read anew unless an older one will do', async (t) => {
  const { client, clock, received } = await setUp(t, ({ path }) =>
    path === '/api/tasks' ? { json: { TotalResults: 0, Items: [] } } : { json: { Items: [] } },
  );
  const count = (): number => received.filter(({ path }) => path === '/api/tasks').length;
  await client.activeTasks();
  await clock.advance(20_000);
  await client.activeTasks(undefined, 30_000);
  assert.equal(count(), 1);
  await clock.advance(10_000);
  await client.activeTasks(undefined, 30_000);
  assert.equal(count(), 2);
  await client.activeTasks();
  assert.equal(count(), 3);
});
