import assert from 'node:assert/strict';
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { startLoopbackServer } from '../../test/contract/loopback-server.ts';
import { failureOf } from '../../test/fakes/failure-of.ts';
import { assertGolden } from '../../test/fakes/golden.ts';
import { INCIDENT_START, testAlert, testIncident } from '../../test/fakes/incident.ts';
import { notifyDependencies } from '../../test/fakes/notify-dependencies.ts';
import { startFakeWebhook, type FakeWebhook } from '../../test/fakes/webhook.ts';
import type { Notifier } from '../model/incident.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createHttp } from '../system/system-http.ts';
import { webhookBody } from './webhook-body.ts';
import { createWebhookMessenger, createWebhookNotifier, type WebhookOptions } from './webhook-notifier.ts';

const TOKEN = 'hook-token-5e7d';

describe('the webhook notifier', () => {
  let hook: FakeWebhook;
  let client: ReturnType<typeof createHttp>;
  const never = new AbortController().signal;

  beforeEach(async () => {
    hook = await startFakeWebhook();
    client = createHttp();
  });
  afterEach(async () => {
    await client.close();
    await hook.close();
  });

  function notifier(over: Partial<WebhookOptions> = {}): Notifier {
    return createWebhookNotifier({ url: hook.url, ...over }, notifyDependencies({ http: client.http }));
  }

  test('a lost answer: delivered again under the same key, acted on once', async () => {
    const sender = notifier({ bearer_token: TOKEN });
    hook.fail({ kind: 'reset-after-accepting' });
    const incident = testIncident();
    assert.equal((await failureOf(sender.notify(incident, never))).reason, 'network');
    await sender.notify(incident, never);
    await sender.notify({ ...incident, sequence: 'next', status: 'resolved' }, never);
    assert.deepEqual(
      hook.deliveries.map(({ idempotencyKey }) => idempotencyKey),
      [incident.sequence, incident.sequence, 'next'],
    );
    assert.deepEqual(
      hook.distinct().map(({ body }) => body['status']),
      ['firing', 'resolved'],
    );
    assert.equal(hook.deliveries[0]?.headers.authorization, `Bearer ${TOKEN}`);
  });

  test('without a token nothing is authorized', async () => {
    await notifier().notify(testIncident(), never);
    assert.equal(hook.deliveries[0]?.headers.authorization, undefined);
  });

  const STATUSES = [
    [302, 'rejected', false],
    [400, 'rejected', false],
    [401, 'unauthorized', false],
    [404, 'not_found', false],
    [429, 'rate_limited', true],
    [502, 'server_error', true],
  ] as const;
  for (const [status, expected, isRetryable] of STATUSES) {
    test(`status ${status} is ${expected}, ${isRetryable ? 'tried again' : 'final'}`, async () => {
      hook.fail({ kind: 'status', status });
      const failure = await failureOf(notifier().notify(testIncident(), never));
      assert.deepEqual([failure.reason, failure.retryable], [expected, isRetryable]);
    });
  }

  test('a redirect is not followed', async (t) => {
    const other = await startLoopbackServer(t, () => ({}));
    const first = await startLoopbackServer(t, () => ({ status: 307, headers: { location: other.url } }));
    const failure = await failureOf(notifier({ url: first.url }).notify(testIncident(), never));
    assert.deepEqual([failure.reason, failure.retryable, other.received], ['rejected', false, []]);
  });

  test('a signed message can be verified as the documentation says, and is old after a while', async () => {
    const clock = new VirtualClock(INCIDENT_START);
    const sender = createWebhookNotifier(
      { url: hook.url, signing_key: 'hmac-5ecret' },
      notifyDependencies({ http: client.http, clock }),
    );
    await sender.notify(testIncident(), never);
    const [delivery] = hook.deliveries;
    const headers = delivery?.headers ?? {};
    const body = JSON.stringify(delivery?.body);
    assert.equal(verify(body, headers, 'hmac-5ecret', INCIDENT_START), true);
    assert.equal(verify(`${body} `, headers, 'hmac-5ecret', INCIDENT_START), false);
    assert.equal(verify(body, headers, 'another', INCIDENT_START), false);
    assert.equal(verify(body, headers, 'hmac-5ecret', INCIDENT_START + 301_000), false);
  });

  test('of many alerts the first are told, and how many are left out', async () => {
    const alerts = Array.from({ length: 5 }, (_, n) => testAlert({ key: `a${n}` }));
    await notifier({ max_alerts: 2 }).notify(testIncident({ alerts }), never);
    const { alerts: told, truncatedAlerts } = hook.deliveries[0]?.body ?? {};
    assert.deepEqual([Array.isArray(told) && told.length, truncatedAlerts], [2, 3]);
  });

  test('each alert has the start and the graph of its own rule', () => {
    const firedAt = INCIDENT_START + 900_000;
    const alerts = ['up == 0', 'queue > 20'].map((expression) => testAlert({ expression, firedAt }));
    const body: { alerts: { startsAt: string; generatorURL: string }[] } = JSON.parse(
      JSON.stringify(webhookBody(testIncident({ alerts }))),
    );
    assert.deepEqual(
      body.alerts.map(({ startsAt, generatorURL }) => [startsAt, generatorURL]),
      ['up%20%3D%3D%200', 'queue%20%3E%2020'].map((expression) => [
        '2026-11-21T03:08:00.000Z',
        `https://octowatch.example/graph?g0.expr=${expression}&g0.tab=0`,
      ]),
    );
  });

  test('the name of the receiver is quoted, as Alertmanager has it', () => {
    const body = webhookBody(testIncident({ receiver: 'team.a (night)' }));
    assert.partialDeepStrictEqual(body, { receiver: 'team\\.a \\(night\\)' });
  });

  test('another message is posted as JSON under its id', async () => {
    const messenger = createWebhookMessenger({ url: hook.url }, notifyDependencies({ http: client.http }));
    const message = { id: 'report-2026-W47', since: 0, subject: '3 pages', text: '', html: '', blocks: [] };
    await messenger.send({ ...message, json: { pages: 3 } }, never);
    const [delivery] = hook.deliveries;
    assert.equal(delivery?.idempotencyKey, 'report-2026-W47');
    assert.deepEqual(delivery.body, {
      octowatch: { message: 'report-2026-W47', subject: '3 pages', json: { pages: 3 } },
    });
  });

  test('neither the token nor a secret address is in an error', async (t) => {
    const echo = await startLoopbackServer(t, ({ headers, path }) => ({
      status: 400,
      text: `${headers.authorization} hmac-5ecret at http://${headers.host}${path}\u001b[31m\nCannot POST ${path.replace(/\?.*/, '')}, bad key pa55word`,
    }));
    for (const base of [echo.url, 'http://127.0.0.1:1']) {
      const options = {
        url: `${base}/services/s3cr3t?key=pa55word`,
        bearer_token: TOKEN,
        signing_key: 'hmac-5ecret',
      };
      const failure = await failureOf(notifier(options).notify(testIncident(), never));
      const shown = inspect(failure, { depth: 9, showHidden: true });
      for (const secret of [TOKEN, 's3cr3t', 'hmac-5ecret', 'pa55word'])
        assert.ok(!shown.includes(secret), shown);
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(failure.message, /[\u0000-\u001f]/);
    }
  });

  test('a password in the address is sent, and is in no error', async (t) => {
    const echo = await startLoopbackServer(t, ({ headers }) => ({
      status: 401,
      text: `not ${headers.authorization}, c@mel is wrong`,
    }));
    const url = echo.url.replace('//', '//jo:c%40mel@');
    const { message } = await failureOf(notifier({ url }).notify(testIncident(), never));
    assert.match(message, /answered 401: not Basic <secret>, <secret> is wrong \(check/);
  });
});

/** The example of docs/how-to/receive-webhooks.md. */
function verify(body: string, headers: IncomingHttpHeaders, key: string, now: number): boolean {
  const seconds = String(headers['octowatch-timestamp']);
  if (!(Math.abs(now / 1000 - Number(seconds)) <= 300)) return false;
  const expected = `v1=${createHmac('sha256', key).update(`${seconds}.${body}`).digest('hex')}`;
  const sent = String(headers['octowatch-signature']);
  return sent.length === expected.length && timingSafeEqual(Buffer.from(sent), Buffer.from(expected));
}

const GOLDEN = {
  firing: testIncident({
    alerts: [
      testAlert(),
      testAlert({ key: 'alert-2', state: 'resolved', resolvedAt: INCIDENT_START + 5000 }),
    ],
    heals: ['octopus-task-cancel helped: Tasks-7'],
  }),
  resolved: testIncident({ status: 'resolved', endsAt: INCIDENT_START + 60_000 }),
};
for (const [name, incident] of Object.entries(GOLDEN)) {
  test(`golden: webhook ${name}`, () => {
    assertGolden(webhookBody(incident), new URL(`fixtures/webhook-${name}.json`, import.meta.url));
  });
}
