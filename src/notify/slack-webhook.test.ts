import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { startLoopbackServer } from '../../test/contract/loopback-server.ts';
import { failureOf } from '../../test/fakes/failure-of.ts';
import { testIncident } from '../../test/fakes/incident.ts';
import { silentLog } from '../../test/fakes/silent-log.ts';
import { startFakeSlack, type FakeSlack } from '../../test/fakes/slack.ts';
import type { Incident, Receipt } from '../model/incident.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createHttp } from '../system/system-http.ts';
import { createSlackNotifier } from './slack-notifier.ts';
import type { SlackOptions } from './slack-options.ts';

describe("Slack's incoming webhook", () => {
  let slack: FakeSlack;
  let client: ReturnType<typeof createHttp>;

  beforeEach(async () => {
    slack = await startFakeSlack();
    client = createHttp();
  });
  afterEach(async () => {
    await client.close();
    await slack.close();
  });

  function send(incident: Incident, options: SlackOptions = {}, url = slack.webhookUrl): Promise<Receipt> {
    const notifier = createSlackNotifier(
      { api_url: url, ...options },
      {
        http: client.http,
        clock: new VirtualClock(),
        log: silentLog,
        metrics: NO_METRICS,
        render: (template) => template.replaceAll(/\{\{.*?\}\}/g, 'acme'),
      },
    );
    assert.equal(notifier.showsHealing, false);
    return notifier.notify(incident, new AbortController().signal);
  }

  test('is posted our message, without buttons', async () => {
    assert.deepEqual(await send(testIncident()), {});
    await send(testIncident({ status: 'resolved', endsAt: 1 }));
    assert.deepEqual(
      slack.posts.map(({ text }) => text),
      ['acme: queue stuck 12m, 43 waiting', 'Resolved: acme: queue stuck 12m, 43 waiting'],
    );
    assert.doesNotMatch(JSON.stringify(slack.posts), /"actions"|metadata/);
  });

  test("is posted the receiver's own words", async () => {
    await send(testIncident(), {
      channel: '#{{ .GroupLabels.tenant }}',
      username: 'alertmanager',
      icon_emoji: ':fire:',
      link_names: true,
      message_text: 'for {{ .GroupLabels.tenant }}',
      pretext: 'hello',
      text: '{{ .CommonAnnotations.summary }}',
      color: 'danger',
      footer: 'foot',
      mrkdwn_in: ['text'],
    });
    assert.deepEqual(slack.posts, [
      {
        channel: '#acme',
        username: 'alertmanager',
        icon_emoji: ':fire:',
        link_names: true,
        text: 'for acme',
        blocks: [],
        attachments: [
          {
            title: 'acme: queue stuck 12m, 43 waiting',
            title_link: 'https://octowatch.example/incidents/TTaNw9E3SrqFoVnUEPyEgg',
            pretext: 'hello',
            text: 'acme',
            footer: 'foot',
            fallback: 'acme: queue stuck 12m, 43 waiting',
            color: 'danger',
            mrkdwn_in: ['text'],
            fields: [],
          },
        ],
      },
    ]);
  });

  const REFUSALS = [
    [404, 'no_service', 'not_found', false, /new incoming webhook/],
    [403, 'action_prohibited', 'forbidden', false, /allow the app/],
    [410, 'channel_is_archived', 'rejected', false, /choose another/],
    [400, 'invalid_payload', 'rejected', false, /report it/],
    [500, 'rollup_error', 'server_error', true, /rollup_error/],
    [200, 'something else', 'malformed', false, /api_url/],
    [200, '{"ok":false,"error":"channel_not_found"}', 'not_found', false, /check the channel/],
  ] as const;
  for (const [status, text, reason, retryable, words] of REFUSALS) {
    test(`answers ${status} ${text}: ${reason}`, async () => {
      slack.answerWebhook(status, text);
      const failure = await failureOf(send(testIncident()));
      assert.deepEqual([failure.reason, failure.retryable], [reason, retryable]);
      assert.match(failure.message, words);
    });
  }

  test('limits the rate: later, after as long as it said', async () => {
    slack.fail({ kind: 'status', status: 429, retryAfterSeconds: 7 });
    const { reason, retryAfterMs } = await failureOf(send(testIncident()));
    assert.deepEqual([reason, retryAfterMs], ['rate_limited', 7000]);
  });

  test('its address is in no error', async (t) => {
    const echo = await startLoopbackServer(t, ({ path }) => ({ status: 400, text: `bad ${path}` }));
    const url = `${echo.url}/services/T0/B0/secret-part`;
    const failure = await failureOf(send(testIncident(), {}, url));
    assert.ok(!inspect(failure, { depth: 9, showHidden: true }).includes('secret-part'), failure.message);
  });
});
