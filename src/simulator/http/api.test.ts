import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { START, startFleet, type TaskJson, type TestFleet } from '../testing/fleet.ts';

const TASKS = '/api/tasks?spaces=all&includeSystem=true';

async function tasks(fleet: TestFleet, query: string, tenant = 'acme'): Promise<readonly TaskJson[]> {
  const { status, json, text } = await fleet.ask(tenant, `${TASKS}&take=1000${query}`);
  assert.equal(status, 200, text);
  return json.Items;
}

test('what needs a key answers 401 without one; ping, health and the root do not', async (t) => {
  const fleet = await startFleet(t);
  const anonymous = { headers: { 'X-Octopus-ApiKey': '' } };
  for (const [path, status] of [
    ['/api', 200],
    ['/api/octopusservernodes/ping', 200],
    ['/api/serverstatus/health', 200],
    ['/api/serverstatus/hosted/external', 200],
    ['/api/octopusservernodes/summary', 401],
    ['/api/serverstatus', 401],
    ['/api/spaces/all', 401],
    ['/api/tasks', 401],
  ] as const) {
    assert.equal((await fleet.ask('acme', path, anonymous)).status, status, path);
    assert.equal((await fleet.ask('acme', path)).status, 200, `${path} with the key`);
  }
  const { apiKey } = fleet.instance('globex');
  const foreign = await fleet.ask('acme', '/api/tasks', { headers: { 'X-Octopus-ApiKey': apiKey } });
  assert.equal(foreign.status, 401);
  assert.match(foreign.json.ErrorMessage, /valid API key/);
});

test('a key without the permission gets 403 that names it', async (t) => {
  const fleet = await startFleet(t);
  const headers = { 'X-Octopus-ApiKey': fleet.instance('acme').limitedApiKey };
  assert.equal((await fleet.ask('acme', '/api/tasks', { headers })).status, 200);
  const summary = await fleet.ask('acme', '/api/octopusservernodes/summary', { headers });
  assert.equal(summary.status, 403);
  assert.match(summary.json.ErrorMessage, /Missing permission: AdministerSystem$/);
  const [task] = await tasks(fleet, '&active=true');
  const cancel = await fleet.ask('acme', `/api/tasks/${task!.Id}/cancel`, { method: 'POST', headers });
  assert.equal(cancel.status, 403);
  assert.match(cancel.json.ErrorMessage, /TaskCancel/);
  assert.deepEqual(fleet.simulator.cancelled('acme'), []);
});

test('every answer has the date of the simulated clock', async (t) => {
  const fleet = await startFleet(t);
  await fleet.pass(90_000);
  const { headers } = await fleet.ask('acme', '/api');
  assert.equal(headers.date, new Date(START + 90_000).toUTCString());
  assert.match(headers['content-type']!, /^application\/json/);
});

test('what is not there is 404 in JSON, a method that is not taken 405', async (t) => {
  const fleet = await startFleet(t);
  for (const path of [
    '/api/nothing',
    '/',
    '/api/tasks/ServerTasks-1',
    '/api/Spaces-9/tasks',
    '/api/octopusservernodes/x',
  ]) {
    const { status, json } = await fleet.ask('acme', path);
    assert.equal(status, 404, path);
    assert.match(json.ErrorMessage, /not found/);
  }
  assert.equal((await fleet.ask('acme', '/api/tasks', { method: 'DELETE' })).status, 405);
});

test('pages: 30 by default, newest first, a link to the next, a count alone with take=0', async (t) => {
  const fleet = await startFleet(t);
  await fleet.pass(1_200_000);
  const first = (await fleet.ask('acme', TASKS)).json;
  assert.equal(first.Items.length, 30);
  assert.ok(first.TotalResults > 60);
  assert.match(first.Links['Page.Next']!, /\?skip=30&take=30$/);
  const numbers = first.Items.map(({ Id }) => Number(Id.split('-')[1]));
  assert.deepEqual(
    numbers,
    numbers.toSorted((a, b) => b - a),
  );
  const second = (await fleet.ask('acme', `${TASKS}&skip=30`)).json;
  assert.equal(Number(second.Items[0]!.Id.split('-')[1]), numbers.at(-1)! - 1);
  const none = (await fleet.ask('acme', `${TASKS}&take=0`)).json;
  assert.deepEqual([none.Items.length, none.TotalResults], [0, first.TotalResults]);
  for (const bad of ['take=-1', 'skip=x', 'take=1.5']) {
    assert.equal((await fleet.ask('acme', `/api/tasks?${bad}`)).status, 400, bad);
  }
});

test('filters of the task list', async (t) => {
  const fleet = await startFleet(t);
  await fleet.pass(3_600_000);
  fleet.simulator.inject({ type: 'T1', tenants: ['acme'] });
  const all = await tasks(fleet, '');
  const active = await tasks(fleet, '&active=true');
  assert.ok(active.length > 0 && active.every(({ CompletedTime }) => CompletedTime === null));
  const ended = await tasks(fleet, '&states=Success&states=Failed,TimedOut');
  assert.equal(ended.length + active.length, all.length);
  const named = await tasks(fleet, '&name=deploy,RunbookRun');
  assert.deepEqual(new Set(named.map(({ Name }) => Name)), new Set(['Deploy', 'RunbookRun']));
  const from = new Date(START + 600_000).toISOString();
  const to = new Date(START + 1_200_000).toISOString();
  const window = await tasks(fleet, `&fromCompletedDate=${from}&toCompletedDate=${to}`);
  const expected = all.filter(
    ({ CompletedTime: at }) =>
      at !== null && Date.parse(at) >= START + 600_000 && Date.parse(at) <= START + 1_200_000,
  );
  assert.ok(window.length > 0);
  assert.deepEqual(window, expected);
  assert.equal((await fleet.ask('acme', '/api/tasks?fromCompletedDate=soon')).status, 400);
});

test('a server of 2019 knows no date filters, and counts by state', async (t) => {
  const fleet = await startFleet(t);
  const future = new Date(START + 1e9).toISOString();
  assert.ok((await tasks(fleet, `&fromCompletedDate=${future}`, 'globex')).length > 0);
  assert.ok((await fleet.ask('globex', TASKS)).json.TotalCounts!.Success! > 0);
  assert.equal((await fleet.ask('acme', TASKS)).json.TotalCounts, undefined);
  assert.doesNotMatch((await fleet.ask('globex', '/api')).json.Links['Tasks']!, /fromCompletedDate/);
});

test('tasks of the system are in the list only when asked for', async (t) => {
  const fleet = await startFleet(t);
  await fleet.pass(4 * 3_600_000);
  const has = async (path: string): Promise<boolean> =>
    (await fleet.ask('acme', path)).json.Items.some(({ SpaceId }) => SpaceId === null);
  assert.equal(await has('/api/tasks?spaces=all&name=Retention'), false);
  assert.equal(await has(`${TASKS}&name=Retention`), true);
  assert.equal(await has('/api/Spaces-1/tasks?name=Retention&includeSystem=true'), true);
  assert.equal((await fleet.ask('acme', '/api/spaces/Spaces-1/tasks')).status, 200);
});

test('cancelling: at once when queued, soon when running, refused when over, each request on record', async (t) => {
  const fleet = await startFleet(t);
  fleet.simulator.inject({ type: 'T5', tenants: ['acme'] });
  await fleet.pass(120_000);
  const post = { method: 'POST' };
  const queued = (await tasks(fleet, '&states=Queued'))[0]!;
  const running = (await tasks(fleet, '&states=Executing'))[0]!;
  assert.equal(
    (await fleet.ask('acme', `/api/Spaces-1/tasks/${queued.Id}/cancel`, post)).json.State,
    'Canceled',
  );
  assert.equal((await fleet.ask('acme', `/api/tasks/${running.Id}/cancel`, post)).json.State, 'Cancelling');
  await fleet.pass(10_000);
  assert.equal((await fleet.ask('acme', `/api/tasks/${running.Id}`)).json.State, 'Canceled');
  const again = await fleet.ask('acme', `/api/tasks/${queued.Id}/cancel`, post);
  assert.deepEqual([again.status, /cannot be canceled/.test(again.json.ErrorMessage)], [400, true]);
  assert.deepEqual(fleet.simulator.cancelled('acme'), [
    { taskId: queued.Id, at: START + 120_000 },
    { taskId: running.Id, at: START + 120_000 },
  ]);
  assert.equal(fleet.simulator.writes('acme').length, 3);
  assert.deepEqual(fleet.simulator.writes('globex'), []);
});

test('a drained node takes no task, and the server answers 418 when no other does', async (t) => {
  const fleet = await startFleet(t);
  const nodes = (await fleet.ask('initech', '/api/octopusservernodes/summary')).json.Nodes;
  assert.equal(nodes.length, 2);
  const drain = (id: string, json: object) =>
    fleet.ask('initech', `/api/octopusservernodes/${id}`, { method: 'PUT', body: JSON.stringify(json) });
  assert.equal((await drain(nodes[0]!.Id, { IsInMaintenanceMode: 'yes' })).status, 400);
  assert.equal((await drain(nodes[0]!.Id, { IsInMaintenanceMode: true })).status, 200);
  await fleet.pass(300_000);
  const [first, second] = (await fleet.ask('initech', '/api/octopusservernodes/summary')).json.Nodes;
  assert.deepEqual([first!.RunningTaskCount, first!.IsInMaintenanceMode], [0, true]);
  assert.ok(second!.RunningTaskCount > 0);
  assert.equal((await fleet.ask('initech', '/api/octopusservernodes/ping')).status, 200);
  await drain(nodes[1]!.Id, { IsInMaintenanceMode: true });
  assert.equal((await fleet.ask('initech', '/api/octopusservernodes/ping')).status, 418);
  const health = await fleet.ask('initech', '/api/serverstatus/health');
  assert.deepEqual([health.status, health.json.IsOperatingNormally], [418, false]);
});

test('a request is a line in the log', async (t) => {
  const fleet = await startFleet(t);
  for (const tenant of ['acme', 'globex']) await fleet.ask(tenant, '/api/tasks?take=0');
  await fleet.pass(1_000);
  assert.match(
    await fleet.readLog('acme'),
    /"HTTP" "GET" to "127\.0\.0\.1:\d+""\/api\/tasks" "completed" with 200 .* by "octowatch"/,
  );
  assert.match(
    await fleet.readLog('globex'),
    /"HTTP" "GET" to "http:\/\/127\.0\.0\.1:\d+\/api\/tasks" completed with 200 in /,
  );
  assert.doesNotMatch(await fleet.readLog('acme'), /API-/);
});

test('fault: a login page in place of the API', async (t) => {
  const fleet = await startFleet(t);
  const fault = fleet.simulator.fault('acme', { kind: 'login-page' });
  const { status, text, headers } = await fleet.ask('acme', '/api/tasks');
  assert.equal(status, 200);
  assert.match(headers['content-type']!, /text\/html/);
  assert.match(text, /^<!DOCTYPE html>/);
  fault.end();
  assert.ok((await fleet.ask('acme', '/api/tasks')).json.Items.length > 0);
});

test('fault: a rate limit answers 429 with Retry-After, and lets requests through again after it', async (t) => {
  const fleet = await startFleet(t);
  fleet.simulator.fault('acme', { kind: 'rate-limit', perMinute: 6, burst: 2 });
  const answers = [];
  for (let i = 0; i < 3; i++) answers.push(await fleet.ask('acme', '/api/tasks'));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 429],
  );
  assert.equal(answers[2]!.headers['retry-after'], '10');
  assert.equal(
    (await fleet.ask('acme', '/api/octopusservernodes/ping')).status,
    200,
    'probes are of another policy',
  );
  await fleet.pass(10_000);
  assert.equal((await fleet.ask('acme', '/api/tasks')).status, 200);
});

test('fault: a revoked key is refused', async (t) => {
  const fleet = await startFleet(t);
  fleet.simulator.fault('acme', { kind: 'revoked-key' });
  assert.equal((await fleet.ask('acme', '/api/tasks')).status, 401);
  assert.equal((await fleet.ask('acme', '/api/octopusservernodes/ping')).status, 200);
});

test('fault: a POST is applied and its connection dies, once', async (t) => {
  const fleet = await startFleet(t);
  fleet.simulator.inject({ type: 'T1', tenants: ['acme'] });
  await fleet.pass(30_000);
  const [one, two] = await tasks(fleet, '&states=Queued');
  fleet.simulator.fault('acme', { kind: 'die-after-post', times: 1 });
  const post = { method: 'POST' };
  await assert.rejects(fleet.ask('acme', `/api/tasks/${one!.Id}/cancel`, post), /ECONNRESET|socket hang up/);
  assert.equal((await fleet.ask('acme', `/api/tasks/${one!.Id}`)).json.State, 'Canceled');
  assert.equal((await fleet.ask('acme', `/api/tasks/${two!.Id}/cancel`, post)).status, 200);
  assert.deepEqual(
    fleet.simulator.writes('acme').map(({ status, isAnswered }) => [status, isAnswered]),
    [
      [200, false],
      [200, true],
    ],
  );
});

test('an answer that is slow by an incident is slow on the wire', async (t) => {
  const fleet = await startFleet(t);
  fleet.simulator.inject({ type: 'T9', tenants: ['acme'], durationMs: 600_000 });
  const state = { isAnswered: false };
  const asked = fetch(`${fleet.instance('acme').url}/api`).then(() => (state.isAnswered = true));
  for (let turn = 0; turn < 300; turn++) await setImmediate();
  assert.equal(state.isAnswered, false);
  while (!state.isAnswered) await fleet.clock.advance(5_000);
  await asked;
});

test('a body that is too large or not JSON changes nothing', async (t) => {
  const fleet = await startFleet(t);
  const [node] = (await fleet.ask('acme', '/api/octopusservernodes/summary')).json.Nodes;
  const put = (body: string) =>
    fleet.ask('acme', `/api/octopusservernodes/${node!.Id}`, { method: 'PUT', body });
  assert.equal((await put('{')).status, 400);
  await assert.rejects(put(`{"MaxConcurrentTasks": 1, "x": "${'x'.repeat(100_000)}"}`));
  const [after] = (await fleet.ask('acme', '/api/octopusservernodes/summary')).json.Nodes;
  assert.equal(after!.MaxConcurrentTasks, 10);
});
