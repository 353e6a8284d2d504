import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import { startFakeAlertmanager } from '../../test/fakes/alertmanager.ts';
import { failureOf } from '../../test/fakes/failure-of.ts';
import type { Fault } from '../../test/fakes/http-fake.ts';
import { testAlert, testIncident } from '../../test/fakes/incident.ts';
import { notifyDependencies } from '../../test/fakes/notify-dependencies.ts';
import { startFakePagerDuty } from '../../test/fakes/pagerduty.ts';
import { startFakeSlack } from '../../test/fakes/slack.ts';
import { startFakeSmtp } from '../../test/fakes/smtp.ts';
import { startFakeWebhook } from '../../test/fakes/webhook.ts';
import type { FailureReason } from '../model/failure.ts';
import type { Incident, Notifier } from '../model/incident.ts';
import { createHttp } from '../system/system-http.ts';
import { createAlertmanagerNotifier } from './alertmanager-notifier.ts';
import { createEmailNotifier } from './email-notifier.ts';
import { createPagerDutyNotifier } from './pagerduty-notifier.ts';
import { createSlackNotifier } from './slack-notifier.ts';
import { createWebhookNotifier } from './webhook-notifier.ts';

/** One way that a receiver fails its sender. */
type Trouble = 'refused for good' | 'refused for now' | 'reset after accepting' | 'unreachable';

/** A receiver of one kind at a fake that can be made to fail. */
interface Scene {
  readonly notifier: Notifier;
  /** How many notifications arrived. */
  arrived(): number;
  /** The next notification meets this. */
  fail(trouble: Exclude<Trouble, 'unreachable'>): void;
}

const NOBODY = 'http://127.0.0.1:1';
const HTTP_FAULTS: Readonly<Record<Exclude<Trouble, 'unreachable'>, Fault>> = {
  'refused for good': { kind: 'status', status: 400 },
  'refused for now': { kind: 'status', status: 503 },
  'reset after accepting': { kind: 'reset-after-accepting' },
};

let client: ReturnType<typeof createHttp>;
before(() => {
  client = createHttp();
});
after(() => client.close());

const SCENES: Readonly<Record<string, (t: TestContext, isThere: boolean) => Promise<Scene>>> = {
  async pagerduty(t, isThere) {
    const fake = await startFakePagerDuty();
    t.after(() => fake.close());
    const url = isThere ? fake.url : NOBODY;
    return {
      notifier: createPagerDutyNotifier({ routing_key: 'R'.repeat(32), url }, notifyDependencies(client)),
      arrived: () => fake.events.length,
      fail: (trouble) => fake.fail(HTTP_FAULTS[trouble]),
    };
  },
  async webhook(t, isThere) {
    const fake = await startFakeWebhook();
    t.after(() => fake.close());
    return {
      notifier: createWebhookNotifier({ url: isThere ? fake.url : NOBODY }, notifyDependencies(client)),
      arrived: () => fake.deliveries.length,
      fail: (trouble) => fake.fail(HTTP_FAULTS[trouble]),
    };
  },
  async alertmanager(t, isThere) {
    const fake = await startFakeAlertmanager();
    t.after(() => fake.close());
    return {
      notifier: createAlertmanagerNotifier(
        { urls: [isThere ? fake.url : NOBODY] },
        notifyDependencies(client),
      ),
      arrived: () => fake.posts.length,
      fail: (trouble) => fake.fail(HTTP_FAULTS[trouble]),
    };
  },
  async email(t, isThere) {
    const fake = await startFakeSmtp();
    t.after(() => fake.close());
    const smarthost = isThere ? fake.smarthost : '127.0.0.1:1';
    const options = {
      to: 'a@example.com',
      from: 'b@example.com',
      hello: 'c',
      require_tls: false,
      headers: {},
    };
    return {
      notifier: createEmailNotifier({ ...options, smarthost }, notifyDependencies()),
      arrived: () => fake.mails.length,
      fail(trouble) {
        if (trouble === 'reset after accepting') fake.fail({ at: 'message', kind: 'reset' });
        else
          fake.fail({
            at: 'message',
            reply: trouble === 'refused for now' ? '451 4.3.0 later' : '554 5.0.0 no',
          });
      },
    };
  },
  async slack(t, isThere) {
    const fake = await startFakeSlack();
    t.after(() => fake.close());
    const api_url = isThere ? fake.url : NOBODY;
    const options = { channel: 'C0ONCALL', bot_token: fake.token, api_url };
    return {
      notifier: createSlackNotifier(options, notifyDependencies(client)),
      arrived: () => fake.messages.length,
      fail(trouble) {
        // Slack says `ok: false` with status 200.
        if (trouble === 'refused for good') fake.refuse('chat.postMessage', 'not_in_channel');
        else fake.fail({ ...HTTP_FAULTS[trouble], path: '/chat.postMessage' });
      },
    };
  },
};

type Expected = readonly [reasons: readonly FailureReason[], isRetryable: boolean, arrived: number];

const TROUBLES: Readonly<Record<Trouble, Expected>> = {
  'refused for good': [['rejected', 'forbidden'], false, 0],
  'refused for now': [['server_error'], true, 0],
  'reset after accepting': [['network'], true, 1],
  unreachable: [['network'], true, 0],
};

const LONG = 'ü<&"\n'.repeat(2000);
const BAD: Readonly<Record<string, Incident>> = {
  'labels of 10,000 characters': testIncident({
    groupLabels: { alertname: LONG, tenant: LONG },
    alerts: [
      testAlert({
        labels: { alertname: LONG, tenant: LONG, severity: 'page', [`l${'x'.repeat(10_000)}`]: LONG },
        annotations: { summary: LONG, action: LONG, runbook_url: `https://x.example/${LONG}` },
      }),
    ],
    heals: [LONG],
  }),
  'a summary far over its limit': testIncident({ summary: LONG }),
  'no alerts': testIncident({ alerts: [] }),
  'a thousand alerts': testIncident({
    alerts: Array.from({ length: 1000 }, (_, n) =>
      testAlert({ key: `a${n}`, labels: { alertname: 'A', tenant: `t${n}`, severity: 'page' } }),
    ),
  }),
};

for (const [kind, start] of Object.entries(SCENES)) {
  describe(`bad input: ${kind}`, () => {
    const never = new AbortController().signal;

    for (const [what, [reasons, isRetryable, arrived]] of Object.entries(TROUBLES)) {
      test(what, async (t) => {
        const scene = await start(t, what !== 'unreachable');
        if (what !== 'unreachable') scene.fail(what as Exclude<Trouble, 'unreachable'>);
        const failure = await failureOf(scene.notifier.notify(testIncident(), never));
        assert.ok(reasons.includes(failure.reason), `${failure.reason}: ${failure.message}`);
        assert.deepEqual([failure.retryable, scene.arrived()], [isRetryable, arrived], failure.message);
        assert.match(failure.message, /PagerDuty|webhook|Alertmanager|Slack|127\.0\.0\.1/);
      });
    }

    for (const [what, incident] of Object.entries(BAD)) {
      test(`${what}: it arrives`, async (t) => {
        const scene = await start(t, true);
        await scene.notifier.notify(incident, never);
        assert.equal(scene.arrived(), 1);
      });
    }
  });
}
