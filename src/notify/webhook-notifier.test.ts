import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { startLoopbackServer } from '../../test/contract/loopback-server.ts';
import { failureOf } from '../../test/fakes/failure-of.ts';
import { assertGolden } from '../../test/fakes/golden.ts';
import { INCIDENT_START, testAlert, testIncident } from '../../test/fakes/incident.ts';
import { startFakeWebhook, type FakeWebhook } from '../../test/fakes/webhook.ts';
import { createHttp } from '../system/system-http.ts';
import { createWebhookNotifier, webhookBody } from './webhook-notifier.ts';

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

  test('a lost answer: delivered again under the same key, acted on once', async () => {
    const notifier = createWebhookNotifier({ url: hook.url, bearer_token: TOKEN }, client);
    hook.fail({ kind: 'reset-after-accepting' });
    const incident = testIncident();
    assert.equal((await failureOf(notifier.notify(incident, never))).reason, 'network');
    await notifier.notify(incident, never);
    await notifier.notify({ ...incident, sequence: 'next', status: 'resolved' }, never);
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
    await createWebhookNotifier({ url: hook.url }, client).notify(testIncident(), never);
    assert.equal(hook.deliveries[0]?.headers.authorization, undefined);
  });

  const STATUSES = [
    [401, 'unauthorized', false],
    [404, 'not_found', false],
    [429, 'rate_limited', true],
    [502, 'server_error', true],
  ] as const;
  for (const [status, expected, isRetryable] of STATUSES) {
    test(`status ${status} is ${expected}, ${isRetryable ? 'tried again' : 'final'}`, async () => {
      hook.fail({ kind: 'status', status });
      const failure = await failureOf(
        createWebhookNotifier({ url: hook.url }, client).notify(testIncident(), never),
      );
      assert.deepEqual([failure.reason, failure.retryable], [expected, isRetryable]);
    });
  }

  test('neither the token nor a secret address is in an error', async (t) => {
    const echo = await startLoopbackServer(t, ({ headers, path }) => ({
      status: 400,
      text: `${headers.authorization} at http://${headers.host}${path}\u001b[31m\n`,
    }));
    for (const base of [echo.url, 'http://127.0.0.1:1']) {
      const options = { url: `${base}/services/s3cr3t`, bearer_token: TOKEN };
      const failure = await failureOf(createWebhookNotifier(options, client).notify(testIncident(), never));
      const shown = inspect(failure, { depth: 9, showHidden: true });
      assert.ok(!shown.includes(TOKEN) && !shown.includes('s3cr3t'), shown);
      // eslint-disable-next-line no-control-regex
      assert.doesNotMatch(failure.message, /[\u0000-\u001f]/);
    }
  });
});

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
