import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../model/failure.ts';
import type { Log } from '../model/ports.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import type { SeriesReader } from '../model/series.ts';
import { createPrometheusMetrics } from './prometheus-metrics.ts';
import { firingAlert, healStatus, NOW, serveWeb, TOKEN, webSources } from './testing/web-fixture.ts';
import { createWebApp } from './web-app.ts';

const withToken = { method: 'POST', headers: { authorization: `Bearer ${TOKEN}` } };
const ATTACK = '<script>alert("x")</script>';
const ESCAPED = '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;';

async function get(
  url: string,
  init?: RequestInit,
): Promise<{ status: number; text: string; headers: Headers }> {
  const response = await fetch(url, init);
  return { status: response.status, text: await response.text(), headers: response.headers };
}

test('a defect is logged with its place, and answered as one', async () => {
  const logged: (readonly [object, string])[] = [];
  const note = (fields: object, message: string): void => void logged.push([fields, message]);
  const log: Log = { debug: note, info: note, warn: note, error: note, child: () => log };
  const reader: SeriesReader = {
    select() {
      throw new TypeError('a bug');
    },
  };
  const access = { token: TOKEN, metrics: NO_METRICS, loopback: true, hosts: ['localhost'] };
  const app = createWebApp(webSources({ reader }), { ...access, log });
  const answer = await app.request('http://localhost/api/v1/query?query=up', {
    headers: { host: 'localhost' },
  });
  assert.deepEqual(
    [answer.status, await answer.json()],
    [500, { status: 'error', errorType: 'internal', error: 'a bug' }],
  );
  const [[fields, message] = []] = logged;
  const { path, error } = Object(fields);
  assert.deepEqual([path, message], ['/api/v1/query', 'a request failed: this is a defect of octowatch']);
  assert.match(error, /^TypeError: a bug\n\s+at /);
});

test('the page shows each tenant with its state, what fires, and what was healed', async (t) => {
  const url = await serveWeb(t, {
    tenants: () => ['acme', 'globex', 'initech'].map((tenant) => ({ tenant, info: {} })),
    alerts: () => [
      firingAlert(),
      firingAlert({ state: 'pending', annotations: { summary: 'only pending' } }),
    ],
    heals: () => [
      {
        tenant: 'globex',
        alertName: 'SchedulerStalled',
        remedy: 'octopus-task-cancel',
        state: 'healed',
        detail: 'cancelled ServerTasks-9',
        startedAt: NOW - 3_600_000,
        endedAt: NOW,
      },
    ],
    notice: 'A simulated fleet.',
  });
  const { status, text, headers } = await get(`${url}/`);
  assert.equal(status, 200);
  assert.match(headers.get('content-type') ?? '', /^text\/html/);
  assert.match(text, /<title>acme down · octowatch<\/title>/);
  assert.match(text, /aria-label="acme: queue stuck"/);
  assert.match(text, /aria-label="globex: healthy"/);
  assert.match(text, /aria-label="initech: healthy"/);
  assert.match(text, /Restart a node\./);
  assert.match(text, /cancelled ServerTasks-9/);
  assert.match(text, />06:18 UTC<\/time\s*>, 12m ago/);
  assert.match(text, /live, 3s ago/);
  assert.match(text, /A simulated fleet\./);
  assert.match(text, /1\.2\.3/);
  assert.doesNotMatch(text, /only pending/);
});

test('a quiet page says so', async (t) => {
  const { text } = await get(`${await serveWeb(t)}/`);
  assert.match(text, /<h1>acme healthy<\/h1>/);
  assert.match(text, /Nothing fires\./);
  assert.match(text, /Nothing was healed yet\./);
});

test('the page owns up to rules that are late, and to rules that never ran', async (t) => {
  const late = await serveWeb(t, { lastEvaluation: () => NOW - 120_000 });
  assert.match((await get(late)).text, /data-stale\s*>stale, 2m ago/);
  const never = await serveWeb(t, { lastEvaluation: () => undefined });
  assert.match((await get(never)).text, /data-stale\s*>no rules evaluated yet/);
});

test('the page puts the worst first, then the oldest', async (t) => {
  const alert = (key: string, severity: string, activeAt: number) =>
    firingAlert({
      key,
      labels: { alertname: key, severity },
      annotations: { summary: `<${key}>` },
      activeAt,
    });
  const url = await serveWeb(t, {
    alerts: () => [
      alert('note', 'log', 1),
      alert('ticket', 'ticket', 2),
      alert('new', 'page', 4),
      alert('old', 'page', 3),
    ],
  });
  const { text } = await get(url);
  assert.deepEqual(text.match(/(?<=&lt;)\w+(?=&gt;)/g), ['old', 'new', 'ticket', 'note']);
});

test('an alert has a link to what it is about, when that is an address of the web', async (t) => {
  const link_url = 'https://acme.example.com/app#/Spaces-2/tasks/ServerTasks-4711';
  const linked = await serveWeb(t, { alerts: () => [firingAlert({ annotations: { link_url } })] });
  assert.match((await get(`${linked}/`)).text, new RegExp(`href="${link_url}" rel="noreferrer">Open</a>`));
  for (const bad of ['javascript:alert(1)', '/app#/tasks/ServerTasks-1', '']) {
    const url = await serveWeb(t, { alerts: () => [firingAlert({ annotations: { link_url: bad } })] });
    assert.doesNotMatch((await get(`${url}/`)).text, /<a [^>]*>Open/);
  }
});

test('no text becomes markup', async (t) => {
  const url = await serveWeb(t, {
    tenants: () => [{ tenant: 'acme', info: {} }],
    alerts: () => [
      firingAlert({
        annotations: { summary: ATTACK, action: ATTACK, link_url: `https://a.example/${ATTACK}` },
      }),
    ],
    healStatus: () => healStatus({ detail: ATTACK }),
    notice: ATTACK,
  });
  const { text, headers } = await get(`${url}/`);
  assert.doesNotMatch(text, /<script/i);
  assert.ok(text.split(ESCAPED).length > 4, 'in the cell, its title, the table and the notice');
  const policy = headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /script-src/);
  assert.equal(headers.get('x-content-type-options'), 'nosniff');
});

test('it is ready when nothing is missing', async (t) => {
  const missing = ['rule group a was not evaluated yet', 'rule group b was not evaluated yet'];
  const url = await serveWeb(t, { notReady: () => missing });
  const { status, text } = await get(`${url}/-/ready`);
  assert.equal(status, 503);
  assert.equal(text, 'not ready: rule group a was not evaluated yet, rule group b was not evaluated yet\n');
  assert.equal((await get(`${url}/-/healthy`)).status, 200);
  missing.length = 0;
  assert.equal((await get(`${url}/-/ready`)).status, 200);
});

test('a reload needs the token', async (t) => {
  let reloads = 0;
  const url = await serveWeb(t, { reload: async () => void reloads++ });
  assert.equal((await get(`${url}/-/reload`, { method: 'POST' })).status, 401);
  assert.equal((await get(`${url}/-/reload`, { headers: withToken.headers })).status, 404);
  assert.equal(reloads, 0);
  const { status, text } = await get(`${url}/-/reload`, withToken);
  assert.deepEqual([status, text, reloads], [200, 'configuration reloaded\n', 1]);
});

test('a reload of a bad configuration says what is wrong with it', async (t) => {
  const bad = new Failure('invalid', 'octowatch.yml:1:1: unknown key "x"');
  const url = await serveWeb(t, { reload: () => Promise.reject(bad) });
  const { status, text } = await get(`${url}/-/reload`, withToken);
  assert.equal(status, 400);
  assert.equal(text, 'the old configuration stays: octowatch.yml:1:1: unknown key "x"\n');
});

test('metrics are the own ones, and with fleet=1 those of the fleet', async (t) => {
  const url = await serveWeb(t, { ownMetrics: async () => 'own 1\n', fleetMetrics: () => 'fleet 1\n' });
  const own = await get(`${url}/metrics`);
  assert.equal(own.text, 'own 1\n');
  assert.equal(own.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  assert.equal((await get(`${url}/metrics?fleet=1`)).text, 'fleet 1\n');
});

test('requests are counted by route, and nobody makes series by asking', async (t) => {
  const metrics = createPrometheusMetrics();
  const url = await serveWeb(t, {}, metrics);
  await get(`${url}/`);
  await get(`${url}/api/v1/query?query=1`);
  for (const name of ['a', 'b']) await get(`${url}/api/v1/label/${name}/values`);
  for (const path of ['/none', '/none/else', '/api/v1/none']) await get(url + path);
  await get(`${url}/guess-1`, { method: 'POST' });
  await get(`${url}/guess-2`, { method: 'POST' });
  const counted = (await metrics.exposition()).match(/^octowatch_http_requests_total\{.*$/gm);
  assert.deepEqual(counted?.toSorted(), [
    'octowatch_http_requests_total{route="/",status="200"} 1',
    'octowatch_http_requests_total{route="/api/v1/label/:name/values",status="200"} 2',
    'octowatch_http_requests_total{route="/api/v1/query",status="200"} 1',
    'octowatch_http_requests_total{route="other",status="401"} 2',
    'octowatch_http_requests_total{route="other",status="404"} 3',
  ]);
});
