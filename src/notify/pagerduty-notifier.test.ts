import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { startLoopbackServer } from '../../test/contract/loopback-server.ts';
import { endedInFlight } from '../../test/fakes/deadline.ts';
import { failureOf } from '../../test/fakes/failure-of.ts';
import { assertGolden } from '../../test/fakes/golden.ts';
import { INCIDENT_START, testAlert, testIncident } from '../../test/fakes/incident.ts';
import { startFakePagerDuty, type FakePagerDuty } from '../../test/fakes/pagerduty.ts';
import { createHttp } from '../system/system-http.ts';
import { createPagerDutyNotifier, pagerDutyBody } from './pagerduty-notifier.ts';

const KEY = 'R0'.repeat(16);
const OPTIONS = { routing_key: KEY, severity: 'critical' } as const;

describe('the PagerDuty notifier', () => {
  let pagerDuty: FakePagerDuty;
  let client: ReturnType<typeof createHttp>;
  const never = new AbortController().signal;

  beforeEach(async () => {
    pagerDuty = await startFakePagerDuty();
    client = createHttp();
  });
  afterEach(async () => {
    await client.close();
    await pagerDuty.close();
  });

  function notifier(url = pagerDuty.url, key = KEY): ReturnType<typeof createPagerDutyNotifier> {
    return createPagerDutyNotifier({ ...OPTIONS, routing_key: key, url }, client);
  }

  test('triggers and resolves one incident, and is not told of healing', async () => {
    const incident = testIncident();
    assert.equal(notifier().showsHealing, false);
    assert.deepEqual(await notifier().notify(incident, never), {});
    assert.deepEqual([...pagerDuty.incidents()], [[incident.key, 'triggered']]);
    await notifier(`${pagerDuty.url}/`).notify({ ...incident, status: 'resolved' }, never);
    assert.deepEqual([...pagerDuty.incidents()], [[incident.key, 'resolved']]);
  });

  test('takes the whole address of the API, as Alertmanager does', async () => {
    for (const end of ['/v2/enqueue', '/v2/enqueue/'])
      await notifier(pagerDuty.url + end).notify(testIncident(), never);
    assert.equal(pagerDuty.events.length, 2);
  });

  test('a lost answer: sent again under the same key, on call it is one incident', async () => {
    pagerDuty.fail({ kind: 'reset-after-accepting' });
    const { reason, retryable } = await failureOf(notifier().notify(testIncident(), never));
    assert.deepEqual([reason, retryable], ['network', true]);
    await notifier().notify(testIncident(), never);
    assert.equal(pagerDuty.events.length, 2);
    assert.equal(pagerDuty.incidents().size, 1);
  });

  const STATUSES = [
    [400, 'rejected', false],
    [429, 'rate_limited', true],
    [500, 'server_error', true],
    [503, 'server_error', true],
    [302, 'rejected', false],
  ] as const;
  for (const [status, expected, isRetryable] of STATUSES) {
    test(`status ${status} is ${expected}, ${isRetryable ? 'tried again' : 'final'}`, async () => {
      pagerDuty.fail({ kind: 'status', status, retryAfterSeconds: 20 });
      const { reason, retryable, retryAfterMs, message } = await failureOf(
        notifier().notify(testIncident(), never),
      );
      assert.deepEqual([reason, retryable, retryAfterMs], [expected, isRetryable, 20_000]);
      assert.equal(message, `PagerDuty answered ${status}: {"error":"fault ${status}"}`);
      assert.deepEqual(pagerDuty.events, []);
    });
  }

  test('no answer is tried again at the deadline, not at the end of the agent', async () => {
    for (const [name, expected] of [
      ['TimeoutError', 'timeout'],
      ['AbortError', 'aborted'],
    ] as const) {
      pagerDuty.fail({ kind: 'hang' });
      const { http, signal } = endedInFlight(client.http, name);
      const sender = createPagerDutyNotifier({ ...OPTIONS, url: pagerDuty.url }, { http });
      const { reason, retryable } = await failureOf(sender.notify(testIncident(), signal));
      assert.deepEqual([reason, retryable], [expected, expected === 'timeout']);
    }
  });

  test('an incident far over all limits still pages', async () => {
    const long = 'acme: 😀'.repeat(40_000);
    const alerts = [1, 2, 3].map((i) => testAlert({ key: `a${i}`, annotations: { summary: long } }));
    await notifier().notify(testIncident({ summary: long, alerts }), never);
    assert.match(JSON.stringify(pagerDuty.events[0]?.payload?.custom_details), /left out: over 512000 bytes/);
    assert.ok(pagerDuty.events[0]?.payload?.summary.isWellFormed());
  });

  test('a wrong routing key is said to be final', async () => {
    const failure = await failureOf(notifier(pagerDuty.url, 'short').notify(testIncident(), never));
    assert.deepEqual([failure.reason, failure.retryable], ['rejected', false]);
    assert.match(failure.message, /routing_key/);
  });

  test('the routing key is in no error', async (t) => {
    const echo = await startLoopbackServer(t, () => ({
      status: 400,
      text: `${'x'.repeat(190)}${KEY} is bad`,
    }));
    for (const url of [echo.url, 'http://127.0.0.1:1']) {
      const failure = await failureOf(notifier(url).notify(testIncident(), never));
      assert.ok(!inspect(failure, { depth: 9, showHidden: true }).includes(KEY.slice(0, 8)), failure.message);
    }
  });
});

const GOLDEN = {
  trigger: testIncident({ heals: ['octopus-task-cancel did not help: Tasks-7 does not end'] }),
  storm: testIncident({
    summary: '2 tenants: OctopusQueueStuck',
    commonLabels: { alertname: 'OctopusQueueStuck', severity: 'page' },
    commonAnnotations: {},
    alerts: [testAlert(), testAlert({ annotations: {} })],
  }),
  linked: testIncident({
    commonAnnotations: {
      link_url: 'https://acme.example.com/app#/Spaces-2/tasks/ServerTasks-4711',
      runbook_url: 'https://runbooks.example/octopus-task-blocked',
    },
  }),
  resolve: testIncident({ status: 'resolved', endsAt: INCIDENT_START + 60_000 }),
};
for (const [name, incident] of Object.entries(GOLDEN)) {
  test(`golden: PagerDuty ${name}`, () => {
    assertGolden(
      JSON.parse(pagerDutyBody(incident, OPTIONS)),
      new URL(`fixtures/pagerduty-${name}.json`, import.meta.url),
    );
  });
}
