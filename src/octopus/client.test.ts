import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { countedMetrics } from '../../test/contract/counted-metrics.ts';
import { startLoopbackServer, type Answer, type Received } from '../../test/contract/loopback-server.ts';
import { recordedLog } from '../../test/contract/recorded-log.ts';
import { Failure, type FailureReason } from '../model/failure.ts';
import type { Http } from '../model/ports.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createHttp } from '../system/system-http.ts';
import { createOctopusClient } from './client.ts';
import type { ConnectionOptions } from './connection.ts';

const NOW = Date.UTC(2026, 10, 21, 6, 30);
const KEY = 'API-SYNTHETICKEY00000000000';
const PING = '/api/octopusservernodes/ping';
const CANARY = '/api/serverstatus/hosted/external';
const HOUR = 3_600_000;

async function setUp(
  t: TestContext,
  answer: (request: Received) => Answer | undefined,
  options: Partial<ConnectionOptions> = {},
) {
  const server = await startLoopbackServer(t, answer);
  const { http, close } = createHttp();
  t.after(close);
  const clock = new VirtualClock(NOW);
  const { metrics, counts } = countedMetrics();
  const { log, lines } = recordedLog();
  const base = { url: `${server.url}/`, apiKey: KEY, tenant: 'acme', random: () => 0.5 };
  const client = createOctopusClient({ ...base, http, clock, metrics, log, ...options });
  return { client, clock, counts, lines, ...server };
}

function failsWith(reason: FailureReason, message: RegExp) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof Failure, String(error));
    assert.equal(error.reason, reason, error.message);
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /API-|\?|\n/);
    return true;
  };
}

function task(id: number, fields: object = {}): object {
  return { Id: `ServerTasks-${id}`, Name: 'Deploy', State: 'Queued', SpaceId: 'Spaces-1', ...fields };
}

function page(items: readonly unknown[], total = items.length): Answer {
  return { json: { ItemType: 'Task', TotalResults: total, Items: items } };
}

test('ping: 200 is up, 418 is draining, and neither sends the key', async (t) => {
  for (const [status, expected] of [
    [200, 'up'],
    [418, 'draining'],
    [429, 'up'],
  ] as const) {
    const { client, received } = await setUp(t, () => ({ status, json: { Name: 'octo-0' } }));
    const ping = await client.ping();
    assert.equal(ping.status, expected);
    assert.equal(received[0]?.path, PING);
    assert.equal(received[0]?.headers['x-octopus-apikey'], undefined);
  }
});

test('ping: anything else is down and says why', async (t) => {
  const cases: [Answer, FailureReason, RegExp][] = [
    [{ status: 503 }, 'server_error', /status 503/],
    [{ status: 401 }, 'unauthorized', /401/],
    [{ status: 404 }, 'not_found', /check url/],
    [{ status: 302, headers: { location: '/login?token=secret' } }, 'malformed', /redirected \(302\)/],
    [{ text: '<!DOCTYPE html><html></html>' }, 'malformed', /HTML instead of JSON/],
    [{ json: {}, hang: 'at_once' }, 'timeout', /no answer/],
  ];
  for (const [answer, reason, message] of cases) {
    const { client } = await setUp(t, () => answer, { timeoutMs: 200 });
    await assert.rejects(client.ping(), failsWith(reason, message));
  }
});

test('ping of a port where nobody listens is a network failure', async (t) => {
  const { client } = await setUp(t, () => ({}), { url: 'http://127.0.0.1:1' });
  await assert.rejects(client.ping(), failsWith('network', /127\.0\.0\.1:1/));
});

test('health: 418 carries the same document as 200', async (t) => {
  const json = {
    IsOperatingNormally: false,
    IsEntireClusterDrainingTasks: true,
    IsCompliantWithLicense: null,
  };
  const { client, received } = await setUp(t, () => ({ status: 418, json }));
  const health = await client.health();
  assert.equal(health.operatingNormally, false);
  assert.equal(health.draining, true);
  assert.equal(health.licenseCompliant, undefined);
  assert.equal(received[0]?.headers['x-octopus-apikey'], KEY);
});

test('401 and 403 say what to do', async (t) => {
  const refused = await setUp(t, () => ({ status: 401 }));
  await assert.rejects(refused.client.serverInfo(), failsWith('unauthorized', /set a valid api_key/));
  const ErrorMessage =
    'You do not have permission to perform this action. Missing permission: AdministerSystem';
  const lacking = await setUp(t, () => ({ status: 403, json: { ErrorMessage } }));
  await assert.rejects(lacking.client.nodesSummary(), failsWith('forbidden', /grant AdministerSystem/));
});

test('HTML, cut JSON and other shapes are malformed, with host and path', async (t) => {
  const cases: [Answer, RegExp][] = [
    [{ text: '\n <html><title>Sign in</title>', headers: { 'content-type': 'text/plain' } }, /\/api: HTML/],
    [{ text: '{}', headers: { 'content-type': 'text/html; charset=utf-8' } }, /\/api: HTML/],
    [{ text: '{"Version": "2026' }, /not JSON \(17 bytes\)/],
    [{ json: { Version: 7 } }, /unexpected answer at Version/],
  ];
  for (const [answer, message] of cases) {
    const { client } = await setUp(t, () => answer);
    await assert.rejects(client.serverInfo(), failsWith('malformed', message));
  }
});

test('a byte order mark is no malformed answer', async (t) => {
  const { client } = await setUp(t, () => ({ text: '\uFEFF{"Version":"2024.2.9409"}' }));
  assert.equal((await client.serverInfo()).version, '2024.2.9409');
});

test('a body that never ends runs into the deadline', async (t) => {
  const { client } = await setUp(t, () => ({ json: { Version: '1' }, hang: 'in_the_body' }), {
    timeoutMs: 100,
  });
  await assert.rejects(client.serverInfo(), failsWith('timeout', /no answer in 100 ms/));
});

test('a body over 4 MiB is not read', async (t) => {
  const { client } = await setUp(t, () => ({ json: { Version: 'x'.repeat(5 * 1024 * 1024) } }));
  await assert.rejects(client.serverInfo(), failsWith('too_large', /answer over/));
});

test('429 pauses all calls but the ping until Retry-After', async (t) => {
  let limited = true;
  const { client, clock, counts, received } = await setUp(t, ({ path }) => {
    if (path === PING) return {};
    return limited ? { status: 429, headers: { 'retry-after': '17' } } : { json: { Version: '1' } };
  });
  await assert.rejects(client.serverInfo(), (error: Failure) => error.retryAfterMs === 17_000);
  limited = false;
  await clock.advance(16_999);
  await assert.rejects(client.serverInfo(), failsWith('rate_limited', /asked for a pause/));
  await client.ping();
  assert.deepEqual(
    received.map(({ path }) => path),
    ['/api', PING],
  );
  await clock.advance(1);
  assert.equal((await client.serverInfo()).version, '1');
  assert.equal(counts.get('octowatch_octopus_api_429_total{tenant="acme"}'), 1);
});

test('429 without Retry-After pauses for 30 to 60 s', async (t) => {
  const { client } = await setUp(t, () => ({ status: 429 }));
  await assert.rejects(client.serverInfo(), (error: Failure) => error.retryAfterMs === 45_000);
});

test('the request budget refuses calls that can wait, never a ping or a cancel', async (t) => {
  const { client, clock, received } = await setUp(t, () => ({ json: { Version: '1' } }), {
    requestsPerMinute: 4,
  });
  await client.serverInfo();
  await client.serverInfo();
  await assert.rejects(client.serverInfo(), failsWith('budget', /raise requests_per_minute/));
  await client.ping();
  await client.cancelTask('Spaces-1', 'ServerTasks-1');
  assert.equal(received.length, 4);
  await clock.advance(15_000);
  await assert.rejects(
    client.serverInfo(),
    failsWith('budget', /4 requests a minute/),
    'urgent calls are paid for',
  );
  await clock.advance(45_000);
  await client.serverInfo();
});

test('cancel posts to the space, or without one for a system task, and does not read the answer', async (t) => {
  const { client, received } = await setUp(t, () => ({ text: '' }));
  await client.cancelTask('Spaces-2', 'ServerTasks-7');
  await client.cancelTask(undefined, 'ServerTasks-8');
  assert.deepEqual(
    received.map(({ method, path }) => `${method} ${path}`),
    ['POST /api/Spaces-2/tasks/ServerTasks-7/cancel', 'POST /api/tasks/ServerTasks-8/cancel'],
  );
});

test('an abort ends a call that waits', async (t) => {
  const stop = new AbortController();
  const { client } = await setUp(t, () => {
    setImmediate(() => stop.abort());
    return { hang: 'at_once' };
  });
  await assert.rejects(client.serverInfo(stop.signal), failsWith('aborted', /stopped waiting/));
});

test('requests are counted by status class or failure reason', async (t) => {
  const { client, counts } = await setUp(t, ({ path }) =>
    path === '/api' ? { json: { Version: '1' } } : undefined,
  );
  await client.serverInfo();
  await assert.rejects(client.task('ServerTasks-1'));
  assert.equal(counts.get('octowatch_octopus_api_requests_total{outcome="2xx"}'), 1);
  assert.equal(counts.get('octowatch_octopus_api_requests_total{outcome="4xx"}'), 1);
});

test('neither the key nor a query is ever logged', async (t) => {
  const { client, lines } = await setUp(t, () => ({ status: 429 }));
  await assert.rejects(client.activeTasks());
  assert.equal(lines.length, 1);
  assert.doesNotMatch(lines.join('\n'), /API-|\?|take=/);
});

test('the clock offset comes from the Date header and ignores its resolution', async (t) => {
  for (const [date, offset] of [
    ['Sat, 21 Nov 2026 06:31:00 GMT', 60_000],
    ['Sat, 21 Nov 2026 06:29:59 GMT', 0],
    ['nonsense', 0],
  ] as const) {
    const { client } = await setUp(t, () => ({ headers: { date }, json: { Nodes: [] } }));
    assert.equal((await client.nodesSummary()).clockOffset, offset);
  }
});

test('a list is read page by page', async (t) => {
  const all = Array.from({ length: 250 }, (_, i) => task(i));
  const { client, received } = await setUp(t, ({ path, query }) => {
    if (path === '/api/spaces') return { json: { Items: [{ Id: 'Spaces-1' }] } };
    const skip = Number(query.get('skip'));
    return page(all.slice(skip, skip + Number(query.get('take'))), all.length);
  });
  const list = await client.activeTasks();
  assert.equal(list.tasks.length, 250);
  assert.equal(list.total, 250);
  const asked = received.filter(({ query }) => query.has('active'));
  assert.deepEqual(
    asked.map(({ query }) => query.get('skip')),
    ['0', '100', '200'],
  );
  assert.equal(asked[0]?.query.get('spaces'), 'all');
});

test('of a list over the bound the newest and the oldest tasks are read', async (t) => {
  const total = 5000;
  const { client } = await setUp(
    t,
    ({ path, query }) => {
      if (path === '/api/spaces') return { json: { Items: [] } };
      const skip = Number(query.get('skip'));
      return page(
        Array.from({ length: 100 }, (_, i) => task(total - skip - i)),
        total,
      );
    },
    { requestsPerMinute: 600 },
  );
  const list = await client.activeTasks();
  assert.equal(list.tasks.length, 2000);
  assert.equal(list.total, total);
  assert.equal(list.tasks.at(0)?.id, 'ServerTasks-5000');
  assert.equal(list.tasks.at(-1)?.id, 'ServerTasks-1');
});

test('an unreadable task is counted, the others are read; an unknown state is other', async (t) => {
  const { client } = await setUp(t, ({ path }) => {
    if (path === '/api/spaces') return { json: { Items: [] } };
    return page([{ Name: 'Deploy' }, task(1, { State: 'Paused' }), 'text']);
  });
  const { tasks, refused } = await client.activeTasks();
  assert.deepEqual(
    tasks.map(({ id, state }) => [id, state]),
    [['ServerTasks-1', 'other']],
  );
  assert.equal(refused, 2);
});

const SPACES = { json: { Items: [{ Id: 'Spaces-1' }, { Id: 'Spaces-2' }] } };
const TASKS: Readonly<Record<string, readonly object[]>> = {
  'Spaces-1': [task(1)],
  'Spaces-2': [task(2, { SpaceId: 'Spaces-2' })],
};

function bySpace(path: string): Answer | undefined {
  const [, space = ''] = /^\/api\/(Spaces-\d)\/tasks$/.exec(path) ?? [];
  return space in TASKS ? page(TASKS[space] ?? []) : undefined;
}

test('spaces=all is used where it is honoured', async (t) => {
  const { client, received } = await setUp(t, ({ path }) => {
    if (path === '/api/spaces') return SPACES;
    return bySpace(path) ?? page(Object.values(TASKS).flat());
  });
  assert.equal((await client.activeTasks()).tasks.length, 2);
  const probes = received.length;
  await client.activeTasks();
  assert.equal(received.length, probes + 1, 'what was found out is remembered');
});

for (const [what, answer] of [
  ['refused', { status: 400, json: { ErrorMessage: 'spaces is not supported' } }],
  ['ignored', page([task(1)])],
] as const) {
  test(`spaces=all ${what}: tasks are read space by space`, async (t) => {
    const { client, received } = await setUp(t, ({ path }) =>
      path === '/api/spaces' ? SPACES : (bySpace(path) ?? answer),
    );
    const { tasks } = await client.activeTasks();
    assert.deepEqual(
      tasks.map(({ id }) => id),
      ['ServerTasks-1', 'ServerTasks-2'],
    );
    const probes = received.length;
    await client.activeTasks();
    assert.deepEqual(
      received.slice(probes).map(({ path }) => path),
      ['/api/Spaces-1/tasks', '/api/Spaces-2/tasks'],
    );
  });
}

const FROM = NOW - 60_000;
const DONE = { State: 'Success', CompletedTime: new Date(NOW - 1000).toISOString() };
const OLD = { State: 'Failed', CompletedTime: new Date(NOW - 86_400_000).toISOString() };

for (const [what, answer] of [
  ['refused', { status: 400 }],
  ['ignored', page([task(1, DONE), task(2, OLD), task(3, { State: 'Executing' })])],
] as const) {
  test(`completed-date filters ${what}: the newest finished tasks are read instead`, async (t) => {
    const { client, received } = await setUp(t, ({ path, query }) => {
      if (path === '/api/spaces') return { json: { Items: [] } };
      return query.has('fromCompletedDate') ? answer : page([task(1, DONE), task(2, OLD)]);
    });
    for (let round = 0; round < 2; round++) {
      const { tasks } = await client.completedTasks(FROM, NOW);
      assert.deepEqual(
        tasks.map(({ id }) => id),
        ['ServerTasks-1'],
      );
    }
    assert.equal(received.filter(({ query }) => query.has('fromCompletedDate')).length, 1, 'remembered');
    assert.equal(received.at(-1)?.query.get('states'), 'Success,Failed,Canceled,TimedOut');
  });
}

test('completed-date filters are sent as UTC', async (t) => {
  const { client, received } = await setUp(t, ({ path }) =>
    path === '/api/spaces' ? { json: { Items: [] } } : page([task(1, DONE)]),
  );
  await client.completedTasks(FROM, NOW);
  const query = received.at(-1)?.query;
  assert.equal(query?.get('fromCompletedDate'), '2026-11-21T06:29:00.000Z');
  assert.equal(query?.get('toCompletedDate'), '2026-11-21T06:30:00.000Z');
  assert.equal(query?.get('includeSystem'), 'true');
});

test('an instance that hangs is left alone but for its ping, one request at a time', async (t) => {
  let asked = 0;
  let hangs = true;
  function answer({ path }: Received): Answer {
    if (path.endsWith('/ping')) return { status: 418 };
    asked++;
    return hangs ? { hang: 'at_once' } : { json: { Version: '1' } };
  }
  const { client, clock } = await setUp(t, answer, { timeoutMs: 50 });
  const calls = Array.from({ length: 4 }, () => client.serverInfo());
  for (const call of calls) await assert.rejects(call, failsWith('timeout', /./));
  assert.equal(asked, 2);
  assert.equal((await client.ping()).status, 'draining');
  await assert.rejects(client.serverInfo(), failsWith('timeout', /not asked/));
  hangs = false;
  await clock.advance(45_000);
  await client.serverInfo();
  await client.serverInfo();
  assert.equal(asked, 4);
});

test('what is not asked while an instance rests has the reason that it rests for', async (t) => {
  const { client } = await setUp(t, () => undefined, { url: 'http://127.0.0.1:9' });
  const refused = failsWith('network', /ECONNREFUSED/);
  for (let request = 0; request < 2; request++) await assert.rejects(client.serverInfo(), refused);
  await assert.rejects(client.serverInfo(), failsWith('network', /not asked.*: .*ECONNREFUSED/));
});

test('an instance that could not be reached is asked again as soon as its ping is answered', async (t) => {
  let isAway = true;
  const { http, close } = createHttp();
  t.after(close);
  const wire: Http = (request) =>
    isAway ? Promise.reject(new Failure('network', 'connection refused')) : http(request);
  const answer = ({ path }: Received): Answer =>
    path.endsWith('/ping') ? { status: 418 } : { json: { Version: '1' } };
  const { client } = await setUp(t, answer, { http: wire });
  for (let request = 0; request < 3; request++)
    await assert.rejects(client.serverInfo(), failsWith('network', /./));
  isAway = false;
  await assert.rejects(client.serverInfo(), failsWith('network', /not asked/));
  await client.ping();
  await client.serverInfo();
});

test('what measures the server waits for no other request, and is asked while the others rest', async (t) => {
  const arrived = Promise.withResolvers<void>();
  function answer({ path }: Received): Answer {
    if (path === CANARY) return { json: {} };
    arrived.resolve();
    return { hang: 'at_once' };
  }
  const { client } = await setUp(t, answer, { timeoutMs: 500 });
  let isOver = false;
  const slow = client.serverInfo().finally(() => (isOver = true));
  await arrived.promise;
  assert.equal((await client.canary())?.status, 200);
  assert.equal(isOver, false);
  await assert.rejects(slow, failsWith('timeout', /no answer/));
  await assert.rejects(client.serverInfo(), failsWith('timeout', /no answer/));
  await assert.rejects(client.serverInfo(), failsWith('timeout', /not asked/));
  assert.equal((await client.canary())?.status, 200);
});

test('a caller that waits no longer does not make the others rest', async (t) => {
  let hangs = true;
  const { client } = await setUp(t, () => (hangs ? { hang: 'at_once' } : { json: { Version: '1' } }));
  for (let call = 0; call < 3; call++) {
    const late = new AbortController();
    const asked = client.serverInfo(late.signal);
    setTimeout(() => late.abort(new Failure('timeout', 'the poll is over')), 20);
    await assert.rejects(asked, failsWith('aborted', /stopped waiting/));
  }
  hangs = false;
  assert.equal((await client.serverInfo()).version, '1');
});

test('a clock that is set back keeps no list, and stretches no pause and no rest', async (t) => {
  let answer: Answer = page([task(1)]);
  const { client, clock } = await setUp(t, () => answer, { timeoutMs: 50 });
  assert.equal((await client.activeTasks()).tasks.length, 1);
  answer = page([task(1), task(2)]);
  await clock.advance(-HOUR);
  assert.equal((await client.activeTasks()).tasks.length, 2);
  answer = { status: 429 };
  await assert.rejects(client.activeTasks(), failsWith('rate_limited', /429/));
  await clock.advance(-HOUR);
  answer = { hang: 'at_once' };
  for (let call = 0; call < 2; call++)
    await assert.rejects(client.activeTasks(), failsWith('timeout', /no answer/));
  await clock.advance(-HOUR);
  answer = page([]);
  assert.equal((await client.activeTasks()).tasks.length, 0);
});
