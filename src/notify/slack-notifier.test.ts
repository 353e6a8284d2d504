import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { startLoopbackServer } from '../../test/contract/loopback-server.ts';
import { endedInFlight } from '../../test/fakes/deadline.ts';
import { failureOf } from '../../test/fakes/failure-of.ts';
import { testAlert, testIncident } from '../../test/fakes/incident.ts';
import { startFakeSlack, type FakeSlack } from '../../test/fakes/slack.ts';
import type { Incident } from '../model/incident.ts';
import type { Http } from '../model/ports.ts';
import { createHttp } from '../system/system-http.ts';
import { createSlackNotifier } from './slack-notifier.ts';

const POST = '/chat.postMessage';

describe('the Slack notifier', () => {
  let slack: FakeSlack;
  let client: ReturnType<typeof createHttp>;
  const never = new AbortController().signal;

  beforeEach(async () => {
    slack = await startFakeSlack();
    client = createHttp();
  });
  afterEach(async () => {
    await client.close();
    await slack.close();
  });

  function send(
    incident: Incident,
    {
      channel = 'C0ONCALL',
      http = client.http,
      signal = never,
    }: { channel?: string; http?: Http; signal?: AbortSignal } = {},
  ): Promise<Incident> {
    const notifier = createSlackNotifier(
      { channel, bot_token: slack.token, api_url: slack.url.replace(/\/$/, '') },
      { http },
    );
    // What the dispatcher does with a receipt: it comes back with the next notification.
    return notifier
      .notify(incident, signal)
      .then(({ ref }) => (ref === undefined ? incident : { ...incident, receipt: ref }));
  }

  function now(over: Partial<Incident> = {}): Incident {
    return testIncident({ startsAt: Date.now(), ...over });
  }

  function later(sent: Incident, sequence: string, over: Partial<Incident> = {}): Incident {
    return { ...sent, sequence, ...over };
  }

  function texts(): string[][] {
    return slack.messages.map(({ history }) => history.map(({ text }) => text));
  }

  test('an incident is one message that is edited until it is over', async () => {
    const healing = await send(
      now({ status: 'healing', heals: ['octopus-task-cancel at work: cancels Tasks-7'] }),
    );
    const paging = await send(later(healing, 's-2', { status: 'firing' }));
    await send(later(paging, 's-3', { status: 'resolved', endsAt: Date.now() }));
    const line = 'acme: queue stuck 12m, 43 waiting';
    assert.deepEqual(texts(), [[`Healing: ${line}`, line, `Resolved: ${line}`]]);
    const [message] = slack.messages;
    assert.deepEqual(healing.receipt, { channel: 'C0ONCALL', ts: message?.ts, open: true });
    assert.deepEqual(
      message?.history.map(({ metadata }) => metadata),
      [
        {
          event_type: 'octowatch_incident',
          event_payload: { key: healing.key, sequence: healing.sequence, open: true },
        },
        {
          event_type: 'octowatch_incident',
          event_payload: { key: healing.key, sequence: 's-2', open: true },
        },
        {
          event_type: 'octowatch_incident',
          event_payload: { key: healing.key, sequence: 's-3', open: false },
        },
      ],
    );
  });

  describe('after a lost answer', () => {
    test('the same notification is found, neither posted nor edited again', async () => {
      slack.fail({ kind: 'reset-after-accepting', path: POST });
      const incident = now();
      const { reason, retryable } = await failureOf(send(incident));
      assert.deepEqual([reason, retryable], ['network', true]);
      const sent = await send(incident);
      assert.deepEqual(texts(), [[incident.summary]]);
      await send(later(sent, 's-2', { status: 'resolved', endsAt: Date.now() }));
      assert.deepEqual(texts(), [[incident.summary, `Resolved: ${incident.summary}`]]);
    });

    test('a newer notification edits the message that was taken', async () => {
      slack.fail({ kind: 'reset-after-accepting', path: POST });
      const incident = now();
      await failureOf(send(incident));
      await send(later(incident, 's-2', { summary: 'acme: queue stuck 13m, 50 waiting' }));
      assert.deepEqual(texts(), [[incident.summary, 'acme: queue stuck 13m, 50 waiting']]);
    });

    test('the message is found behind two pages of talk', async () => {
      slack.fail({ kind: 'reset-after-accepting', path: POST });
      const incident = now();
      await failureOf(send(incident));
      for (let i = 0; i < 450; i++) slack.chat('C0ONCALL', `what is this? ${i}`);
      await send(incident);
      assert.equal(slack.calls.filter((method) => method === 'chat.postMessage').length, 1);
    });

    test('of an edit, the edit is made again', async () => {
      const sent = await send(now());
      slack.fail({ kind: 'reset-after-accepting', path: '/chat.update' });
      const resolved = later(sent, 's-2', { status: 'resolved', endsAt: Date.now() });
      await failureOf(send(resolved));
      await send(resolved);
      assert.equal(slack.messages.length, 1);
      assert.equal(texts()[0]?.at(-1), `Resolved: ${sent.summary}`);
    });
  });

  test('a request that was never taken is posted once when it is tried again', async () => {
    slack.fail({ kind: 'reset', path: POST });
    await failureOf(send(now()));
    assert.deepEqual(texts(), []);
    await send(now());
    assert.equal(slack.messages.length, 1);
  });

  test('what fires again after it was over is a new message, once', async () => {
    const sent = await send(now());
    const over = await send(later(sent, 's-2', { status: 'resolved', endsAt: Date.now() }));
    slack.fail({ kind: 'reset-after-accepting', path: POST });
    const again = later(over, 's-3', { status: 'firing', startsAt: Date.now() });
    await failureOf(send(again));
    await send(again);
    assert.deepEqual(texts(), [[sent.summary, `Resolved: ${sent.summary}`], [sent.summary]]);
  });

  test('messages of other incidents and of other people are left alone', async () => {
    await send(now({ key: 'other' }));
    slack.chat('C0ONCALL', 'hello');
    await send(now());
    assert.deepEqual(
      slack.messages.map(({ history }) => history.length),
      [1, 1, 1],
    );
  });

  test('a deleted message is posted anew, once', async () => {
    const sent = await send(now());
    slack.deleteMessages();
    slack.fail({ kind: 'reset-after-accepting', path: POST });
    const next = later(sent, 's-2', { summary: 'acme: still stuck' });
    await failureOf(send(next));
    await send(next);
    assert.deepEqual(texts(), [['acme: still stuck']]);
  });

  for (const error of ['cant_update_message', 'edit_window_closed']) {
    test(`a message that may not be edited (${error}) is followed by a new one`, async () => {
      const sent = await send(now());
      slack.refuse('chat.update', error);
      await send(later(sent, 's-2', { summary: 'acme: still stuck' }));
      assert.deepEqual(texts(), [[sent.summary], ['acme: still stuck']]);
    });
  }

  test('a channel may be given by name', async () => {
    const sent = await send(now(), { channel: '#on-call' });
    assert.deepEqual(
      slack.messages.map(({ channel }) => channel),
      ['C0ONCALL'],
    );
    await send(later(sent, 's-2'), { channel: '#on-call' });
    assert.equal(slack.messages.length, 1);
    const { reason, retryable, message } = await failureOf(send(now(), { channel: '#nowhere' }));
    assert.deepEqual([reason, retryable], ['not_found', false]);
    assert.match(message, /#nowhere.*invite/);
  });

  test("Slack's rate limit is kept: later, after as long as it said", async () => {
    slack.limitRate(() => 1_000_000);
    await send(now());
    const { reason, retryable, retryAfterMs } = await failureOf(send(now({ key: 'other' })));
    assert.deepEqual([reason, retryable, retryAfterMs], ['rate_limited', true, 1000]);
    assert.equal(slack.messages.length, 1);
  });

  const REFUSALS = [
    ['channel_not_found', 'not_found', false, /check the channel/],
    ['invalid_auth', 'unauthorized', false, /bot_token/],
    ['token_revoked', 'unauthorized', false, /bot_token/],
    ['not_in_channel', 'forbidden', false, /invite/],
    ['missing_scope', 'forbidden', false, /channels:history/],
    ['is_archived', 'rejected', false, /choose another/],
    ['invalid_blocks', 'rejected', false, /as it is/],
    ['ratelimited', 'rate_limited', true, /limits/],
    ['internal_error', 'server_error', true, /trying again/],
    ['some_new_error', 'server_error', true, /some_new_error/],
  ] as const;
  for (const [error, expected, isRetryable, advice] of REFUSALS) {
    test(`${error} is ${expected}, ${isRetryable ? 'tried again' : 'final'}, with what to do`, async () => {
      slack.refuse('chat.postMessage', error);
      const { reason, retryable, message } = await failureOf(send(now()));
      assert.deepEqual([reason, retryable], [expected, isRetryable]);
      assert.match(message, advice);
    });
  }

  test('nothing is posted as long as the history cannot be read', async () => {
    slack.refuse('conversations.history', 'missing_scope');
    assert.equal((await failureOf(send(now()))).reason, 'forbidden');
    assert.deepEqual(slack.messages, []);
  });

  test('a 5xx is tried again', async () => {
    slack.fail({ kind: 'status', status: 503, retryAfterSeconds: 30 });
    const { reason, retryable, retryAfterMs } = await failureOf(send(now()));
    assert.deepEqual([reason, retryable, retryAfterMs], ['server_error', true, 30_000]);
  });

  test('no answer: the deadline is a timeout and tried again, the end of the agent is not', async () => {
    for (const [name, expected] of [
      ['TimeoutError', 'timeout'],
      ['AbortError', 'aborted'],
    ] as const) {
      slack.fail({ kind: 'hang' });
      const { reason, retryable } = await failureOf(send(now(), endedInFlight(client.http, name)));
      assert.deepEqual([reason, retryable], [expected, expected === 'timeout']);
    }
  });

  test('an incident far over all limits is still a message', async () => {
    const long = '&<>'.repeat(5000);
    const alerts = Array.from({ length: 500 }, (_, i) =>
      testAlert({ key: `a${i}`, annotations: { summary: long } }),
    );
    const annotations = { action: long, runbook_url: `https://runbooks.example/${'x'.repeat(9000)}` };
    for (const status of ['firing', 'healing', 'resolved'] as const) {
      await send(
        now({
          key: status,
          status,
          alerts,
          commonAnnotations: annotations,
          summary: long,
          heals: alerts.map(() => long),
        }),
      );
    }
    assert.equal(slack.messages.length, 3);
  });

  test('the token is in no error, whatever is answered', async (t) => {
    const echo = await startLoopbackServer(t, ({ headers, path }) => {
      const said = `you sent ${headers.authorization}`;
      if (path.startsWith('/200')) return { text: said };
      return path.startsWith('/ok') ? { json: { ok: false, error: said } } : { status: 400, text: said };
    });
    for (const path of ['200', 'ok', '400']) {
      const notifier = createSlackNotifier(
        { channel: 'C1', bot_token: slack.token, api_url: `${echo.url}/${path}` },
        { http: client.http },
      );
      const failure = await failureOf(notifier.notify(now(), never));
      assert.ok(!inspect(failure, { depth: 9, showHidden: true }).includes(slack.token), failure.message);
      assert.equal(failure.retryable, false);
    }
  });

  test('a wrong token says which setting to change', async () => {
    const notifier = createSlackNotifier(
      { channel: 'C0ONCALL', bot_token: 'xoxb-wrong', api_url: slack.url },
      { http: client.http },
    );
    const failure = await failureOf(notifier.notify(now(), never));
    assert.deepEqual([failure.reason, failure.retryable], ['unauthorized', false]);
    assert.ok(!failure.message.includes('xoxb-wrong'));
  });
});
