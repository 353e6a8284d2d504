import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PostedAlert } from '../../alerts/received-alerts.ts';
import { configSchema } from '../../config/schema.ts';
import { posted, serveAlertmanager } from '../testing/ask-alertmanager.ts';
import { NOW, serveWeb } from '../testing/web-fixture.ts';

/**
 * What a Prometheus 3 sends, byte for byte as its notifier makes it (prometheus notifier/util.go, alertsToOpenAPIAlerts,
 * and sendloop.go, sendOne): keys in this order, times with ms, no end known as Go's zero time.
 */
const FROM_PROMETHEUS =
  '[{"annotations":{"summary":"acme is down"},"endsAt":"2026-11-21T06:34:00.123Z","startsAt":"2026-11-21T06:29:45.123Z",' +
  '"generatorURL":"http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0\\u0026g0.tab=1","labels":{"alertname":"Down","instance":"a:80"}},' +
  '{"annotations":{},"endsAt":"0001-01-01T00:00:00.000Z","startsAt":"0001-01-01T00:00:00.000Z","labels":{"alertname":"Old","empty":""}}]\n';

async function post(
  t: Parameters<typeof serveAlertmanager>[0],
  body: unknown,
): Promise<{ status: number; body: unknown; taken: PostedAlert[] }> {
  const taken: PostedAlert[] = [];
  const ask = await serveAlertmanager(t, {
    received: {
      post(alerts) {
        taken.push(...alerts);
        return { problems: [] };
      },
    },
  });
  return { ...(await ask('alerts', posted(body))), taken };
}

test('alerts of a Prometheus are taken', async (t) => {
  const { status, body, taken } = await post(t, FROM_PROMETHEUS);
  assert.deepEqual([status, body], [200, undefined]);
  assert.deepEqual(taken, [
    {
      labels: { alertname: 'Down', instance: 'a:80' },
      annotations: { summary: 'acme is down' },
      startsAt: NOW - 15_000 + 123,
      endsAt: NOW + 240_000 + 123,
      generatorURL: 'http://prometheus.example:9090/graph?g0.expr=up+%3D%3D+0&g0.tab=1',
    },
    { labels: { alertname: 'Old' }, annotations: {} },
  ]);
});

test('what a client may leave out, or say otherwise, is taken', async (t) => {
  const { status, taken } = await post(t, [
    { labels: { 'a.b': 'ü' } },
    {
      labels: { a: 'b' },
      annotations: null,
      startsAt: null,
      endsAt: '2026-11-21t07:30:00.5+01:00',
      further: [1],
    },
  ]);
  assert.equal(status, 200);
  assert.deepEqual(taken, [{ labels: { 'a.b': 'ü' } }, { labels: { a: 'b' }, endsAt: NOW + 500 }]);
});

for (const url of ['javascript:alert(1)', 'file:///etc/passwd', 'no url', '']) {
  test(`an alert whose generatorURL is ${JSON.stringify(url)} is taken without it`, async (t) => {
    const { taken } = await post(t, [{ labels: { a: 'b' }, generatorURL: url }]);
    assert.deepEqual(taken, [{ labels: { a: 'b' } }]);
  });
}

const refused: readonly [name: string, body: unknown, message: string | RegExp][] = [
  ['no JSON', '[{', 'parsing alerts body failed: it is no JSON'],
  ['one alert alone', { labels: { a: 'b' } }, /^invalid alerts: .*expected array/],
  ['no labels', [{}], /^invalid alerts: \[0\]\.labels: /],
  [
    'a label that is a number',
    [{ labels: { a: 'b' } }, { labels: { a: 1 } }],
    /^invalid alerts: \[1\]\.labels\.a: /,
  ],
  ['an empty label name', [{ labels: { '': 'b' } }], /^invalid alerts: \[0\]\.labels\./],
  ['half a character', '[{"labels":{"a":"\\ud800"}}]', 'invalid alerts: [0].labels.a: no UTF-8'],
  [
    'a time that is none',
    [{ labels: { a: 'b' }, startsAt: 'now' }],
    'invalid alerts: [0].startsAt: not a date-time such as 2026-11-21T06:30:00Z',
  ],
  [
    'a day that is none',
    [{ labels: { a: 'b' }, endsAt: '2026-13-41T00:00:00Z' }],
    /^invalid alerts: \[0\]\.endsAt: /,
  ],
  [
    'too many',
    Array.from({ length: 10_001 }, () => ({ labels: { a: 'b' } })),
    'invalid alerts: at most 10000 at once',
  ],
  ['many mistakes', Array.from({ length: 9 }, () => ({})), /; and 4 more$/],
];
for (const [name, body, message] of refused) {
  test(`${name}: nothing is taken, and it says why`, async (t) => {
    const answer = await post(t, body);
    assert.equal(answer.status, 400);
    assert.match(
      String(answer.body),
      typeof message === 'string' ? new RegExp(`^${RegExp.escape(message)}$`) : message,
    );
    assert.deepEqual(answer.taken, []);
  });
}

test('of alerts that cannot all be taken it says which, with those taken that can', async (t) => {
  const ask = await serveAlertmanager(t, {
    received: {
      post: () => ({ problems: ['alert 1: it has no labels', 'alert 3: it ends before it starts'] }),
    },
  });
  assert.deepEqual(await ask('alerts', posted([{ labels: {} }])), {
    status: 400,
    body: 'alert 1: it has no labels\nalert 3: it ends before it starts',
  });
});

test('a body over 16 MiB is refused', async (t) => {
  const { status, body } = await post(t, JSON.stringify([{ labels: { a: 'x'.repeat(16 * 1024 * 1024) } }]));
  assert.deepEqual([status, body], [413, 'the body is over 16777216 bytes: send less at once']);
});

test('where alerts of others are not wanted, it says how they would be', async (t) => {
  const config = configSchema.parse({ on_call: { receive_alerts: false } });
  const ask = await serveAlertmanager(t, { config: () => config });
  const { status, body } = await ask('alerts', posted(FROM_PROMETHEUS));
  assert.equal(status, 400);
  assert.match(String(body), /set on_call\.receive_alerts to true/);
});

test('nothing is taken without the token, on loopback too', async (t) => {
  const url = await serveWeb(t);
  const response = await fetch(`${url}/api/v2/alerts`, posted(FROM_PROMETHEUS));
  assert.equal(response.status, 401);
  assert.match(await response.text(), /<data_dir>\/token/);
});
