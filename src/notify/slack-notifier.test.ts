import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { inspect } from 'node:util';
import { startLoopbackServer } from '../../test/contract/loopback-server.ts';
import { endedInFlight } from '../../test/fakes/deadline.ts';
import { failureOf } from '../../test/fakes/failure-of.ts';
import { testAlert, testIncident } from '../../test/fakes/incident.ts';
import { silentLog } from '../../test/fakes/silent-log.ts';
import { slackButtonsOf } from '../../test/fakes/slack-limits.ts';
import { startFakeSlack, type FakeSlack } from '../../test/fakes/slack.ts';
import type { Alert } from '../model/alert.ts';
import { Failure } from '../model/failure.ts';
import type { Incident } from '../model/incident.ts';
import type { Person } from '../model/on-call.ts';
import type { RemedyOffer } from '../model/plan.ts';
import type { Http } from '../model/ports.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createHttp } from '../system/system-http.ts';
import type { Render } from './dependencies.ts';
import { createSlackNotifier, type SlackDependencies } from './slack-notifier.ts';
import type { SlackOptions } from './slack-options.ts';

const POST = '/chat.postMessage';
const parts = { clock: new VirtualClock(), log: silentLog, metrics: NO_METRICS };

interface SendOptions {
  readonly channel?: string;
  readonly http?: Http;
  readonly signal?: AbortSignal;
  readonly options?: Partial<SlackOptions>;
  readonly dependencies?: Partial<SlackDependencies>;
}

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
      options = {},
      dependencies = {},
    }: SendOptions = {},
  ): Promise<Incident> {
    const notifier = createSlackNotifier(
      { channel, bot_token: slack.token, api_url: slack.url.replace(/\/$/, ''), ...options },
      { ...parts, http, ...dependencies },
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

  function buttons(version = slack.messages.at(-1)?.history.at(-1)): unknown[] {
    return version === undefined ? [] : slackButtonsOf(version).map((each) => each['action_id']);
  }

  function texts(): string[][] {
    const shown = slack.messages.filter(({ thread }) => thread === undefined);
    return shown.map(({ history }) => history.map(({ text }) => text));
  }

  test('an incident is one message that is edited until it is over', async () => {
    const healing = await send(
      now({ status: 'healing', heals: ['octopus-task-cancel at work: cancels Tasks-7'] }),
    );
    const paging = await send(later(healing, 's-2', { status: 'firing' }));
    await send(later(paging, 's-3', { status: 'resolved', endsAt: Date.now() }));
    const line = 'acme: queue stuck 12m, 43 waiting';
    const [message] = slack.messages;
    assert.deepEqual(texts()[0], [`Healing: ${line}`, line, `Resolved: ${line}`]);
    assert.equal(slack.messages.filter(({ thread }) => thread === undefined).length, 1);
    assert.partialDeepStrictEqual(healing.receipt, { channel: 'C0ONCALL', ts: message?.ts, open: true });
    assert.deepEqual(
      message?.history.map(({ metadata }) => {
        const { key, sequence, open } = metadata?.event_payload ?? {};
        return [metadata?.event_type, key, sequence, open];
      }),
      [
        ['octowatch_incident', healing.key, healing.sequence, true],
        ['octowatch_incident', healing.key, 's-2', true],
        ['octowatch_incident', healing.key, 's-3', false],
      ],
    );
  });

  describe('the thread', () => {
    const alerts = (count: number): Alert[] =>
      Array.from({ length: count }, (_, i) => testAlert({ key: `a${i}` }));

    test('has one short reply for each notification that changes something, and none for others', async () => {
      let sent = await send(now({ alerts: alerts(31) }));
      sent = await send(later(sent, 's-2', { summary: 'acme: queue stuck 13m, 50 waiting' }));
      assert.deepEqual(slack.replies(), []);
      sent = await send(later(sent, 's-3', { alerts: alerts(37) }));
      sent = await send(later(sent, 's-4', { alerts: alerts(38) }));
      const by: Person = { name: 'Priya <Nair>', via: 'slack' };
      const heals = ['octopus-task-cancel did not help: Tasks-7'];
      sent = await send(later(sent, 's-5', { heals, acknowledged: { by, at: 1 } }));
      await send(later(sent, 's-6', { status: 'resolved', endsAt: sent.startsAt + 28 * 60_000 }));
      assert.deepEqual(slack.replies(), [
        'Grew from 31 to 37',
        'octopus-task-cancel did not help: Tasks-7\nAcknowledged by Priya &lt;Nair&gt;',
        'Resolved after 28m',
      ]);
      const threads = slack.messages.map(({ thread }) => thread);
      assert.deepEqual(new Set(threads), new Set([undefined, slack.messages[0]?.ts]));
    });

    for (const kind of ['reset-after-accepting', 'reset'] as const) {
      test(`is told once when the answer to the reply is lost (${kind})`, async () => {
        const sent = await send(now({ alerts: alerts(3) }));
        slack.fail({ kind, path: POST });
        const grown = later(sent, 's-2', { alerts: alerts(6) });
        assert.equal((await failureOf(send(grown))).retryable, true);
        // What a crash does too: the receipt of the edit is not known.
        await send(grown);
        assert.deepEqual(slack.replies(), ['Grew from 3 to 6']);
      });
    }

    test('is told again when the message could not be edited before', async () => {
      const sent = await send(now({ alerts: alerts(3) }));
      slack.fail({ kind: 'status', status: 503, path: '/chat.update' });
      const grown = later(sent, 's-2', { alerts: alerts(6) });
      await failureOf(send(grown));
      assert.deepEqual(slack.replies(), []);
      await send(grown);
      assert.deepEqual(slack.replies(), ['Grew from 3 to 6']);
    });

    test('is known of a message whose receipt was lost', async () => {
      const sent = await send(now({ alerts: alerts(3) }));
      const { receipt: _, ...lost } = sent;
      await send({ ...lost, sequence: 's-2', alerts: alerts(6) });
      assert.deepEqual(slack.replies(), ['Grew from 3 to 6']);
    });

    test('that takes no reply is no reason to call somebody, but it is told', async () => {
      const sent = await send(now({ alerts: alerts(3) }));
      slack.refuse('conversations.replies', 'missing_scope');
      const told: object[] = [];
      const log = { ...silentLog, warn: (fields: object) => void told.push(fields) };
      await send(later(sent, 's-2', { alerts: alerts(6) }), { dependencies: { log } });
      assert.equal(texts()[0]?.length, 2);
      assert.partialDeepStrictEqual(told, [
        { kind: 'slack', part: 'reply in the thread', reason: 'forbidden' },
      ]);
    });
  });

  describe('the line of a value', () => {
    const watched = testAlert({ expression: 'octopus_task_queue > 20' });
    const blocks = (): string => JSON.stringify(slack.messages[0]?.history.at(-1)?.attachments);

    test('is on the message with its scale', async () => {
      const history = (): Promise<number[]> => Promise.resolve([0, 10, 20, 43]);
      await send(now({ alerts: [watched] }), { dependencies: { history } });
      assert.match(blocks(), /`▁▂▄█` <!date\^\d+\^\{time\}\|[^>]+>: min 0, max 43, now 43/);
    });

    test('is left out when it cannot be had, or not soon', async () => {
      const clock = new VirtualClock();
      const failing = (): Promise<number[]> => Promise.reject(new Failure('budget', 'too many series'));
      await send(now({ alerts: [watched] }), { dependencies: { history: failing } });
      const hanging = (): Promise<number[]> =>
        new Promise(() => void setImmediate(() => void clock.advance(1000)));
      await send(now({ key: 'other', alerts: [watched] }), { dependencies: { clock, history: hanging } });
      assert.equal(slack.messages.length, 2);
      assert.doesNotMatch(blocks(), /▁/);
    });
  });

  describe('buttons', () => {
    const socket = { options: { app_token: 'xapp-1' } };

    test('are drawn only where presses are heard, and carry the key of the incident alone', async () => {
      await send(now());
      assert.deepEqual(buttons(), []);
      const sent = await send(now({ key: 'k2' }), socket);
      assert.deepEqual(buttons(), ['acknowledge', 'silence_1h', 'open_incident', 'runbook']);
      const version = slack.messages.at(-1)?.history.at(-1);
      assert.deepEqual(version && slackButtonsOf(version).map((each) => each['value']), [
        'k2',
        'k2',
        undefined,
        undefined,
      ]);
      await send(later(sent, 's-3', { status: 'resolved', endsAt: Date.now() }), socket);
      assert.deepEqual(slackButtonsOf(slack.messages[1]?.history.at(-1) ?? assert.fail()), []);
    });

    test('offer a remedy when it is clear which', async () => {
      const offer = (key: string): { remedy: string } | undefined =>
        key === 'a2' ? undefined : { remedy: 'octopus-task-cancel' };
      const two = ['a1', 'a2'].map((key) => testAlert({ key }));
      await send(now({ alerts: two }), { ...socket, dependencies: { offer } });
      assert.ok(buttons().includes('run_remedy'));
      const many = ['a1', 'a3'].map((key) => testAlert({ key }));
      await send(now({ key: 'k3', alerts: many }), { ...socket, dependencies: { offer } });
      assert.ok(!buttons().includes('run_remedy'));
    });
  });

  test("a receiver's own words stand in the attachment, in Alertmanager's keys, with our buttons below", async () => {
    const render = (template: string): string => template.replaceAll(/\{\{.*?\}\}/g, 'acme');
    const options = {
      app_token: 'xapp-1',
      username: 'octo {{ .GroupLabels.tenant }}',
      title: 'Trouble at {{ .GroupLabels.tenant }}',
      text: '{{ .CommonAnnotations.summary }}',
      fields: [{ title: 'Tenant', value: '{{ .GroupLabels.tenant }}' }],
      short_fields: true,
      actions: [{ type: 'button', text: 'Wiki', url: 'https://wiki.example/{{ .GroupLabels.tenant }}' }],
    };
    const sent = await send(now(), { options, dependencies: { render } });
    await send(later(sent, 's-2'), { options, dependencies: { render } });
    const version = slack.messages[0]?.history.at(-1);
    assert.equal(slack.messages.length, 1);
    assert.partialDeepStrictEqual(version?.attachments[0], {
      title: 'Trouble at acme',
      text: 'acme',
      color: '#c4261a',
      fields: [{ title: 'Tenant', value: 'acme', short: true }],
      actions: [{ type: 'button', text: 'Wiki', url: 'https://wiki.example/acme' }],
      fallback: sent.summary,
    });
    assert.deepEqual(buttons(version), ['acknowledge', 'silence_1h', 'open_incident', 'runbook']);
  });

  test('what its templates insert is told from their markup, and so is the page line in an attachment', async () => {
    const asked = new Set<string>();
    const render: Render = (template, _, as) => {
      asked.add(`${template} ${as}`);
      return template;
    };
    const summary = 'acme: project <!channel> & co fails';
    const options = {
      text: '{{ text }}',
      title_link: '{{ title_link }}',
      fields: [{ title: '{{ name }}', value: '{{ value }}' }],
      actions: [{ type: 'button', text: '{{ words }}', url: '{{ url }}' }],
    };
    await send({ ...now(), summary }, { options, dependencies: { render } });
    const [attachment] = slack.messages[0]?.history[0]?.attachments ?? [];
    assert.equal(attachment?.['title'], 'acme: project &lt;!channel&gt; &amp; co fails');
    assert.deepEqual([...asked].toSorted(), [
      '{{ name }} mrkdwn',
      '{{ text }} mrkdwn',
      '{{ title_link }} text',
      '{{ url }} text',
      '{{ value }} mrkdwn',
      '{{ words }} text',
    ]);
  });

  test('a text or actions alone are words of its own, too', async () => {
    const options = { message_text: 'see this' };
    await send(now(), { options });
    const version = slack.messages[0]?.history[0];
    assert.equal(version?.text, 'see this');
    assert.equal(version.attachments[0]?.['title'], now().summary);
  });

  test('a broken template is told of, and the page line goes out in its place', async () => {
    const render = (): string => {
      throw new Failure('invalid', 'no such field');
    };
    await send(now(), { options: { title: '{{ .Nonsense }}' }, dependencies: { render } });
    const [first, second] = slack.messages[0]?.history[0]?.attachments ?? [];
    assert.equal(first?.['title'], now().summary);
    assert.match(String(second?.['text']), /template of title cannot be filled/);
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
      assert.deepEqual(texts()[0], [incident.summary, `Resolved: ${incident.summary}`]);
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
      assert.equal(texts().length, 1);
      assert.equal(slack.replies().length, 1);
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
    const far = `https://runbooks.example/${'x'.repeat(9000)}`;
    const trait = { name: long, value: long, victims: 1, ofVictims: 1, others: 0, ofOthers: 1, lift: 1 };
    const many = Array.from({ length: 50 }, () => long);
    const by: Person = { name: long, via: 'slack' };
    const over = {
      alerts,
      summary: long,
      heals: alerts.map(() => long),
      acknowledged: { by, at: 1 },
      details: {
        impact: `${long} for all`,
        value: long,
        action: long,
        lastSimilar: { key: 'k', summary: long, startedAt: 0, endedAt: 1, ended: long },
        alsoFiring: many,
        shared: many.map(() => trait),
        notes: many,
        links: { incident: far, runbook: far, tenant: far, graph: far, silence: far, subject: far },
      },
    };
    const offer = (key: string): RemedyOffer | undefined =>
      key === 'a0' ? { remedy: long, plan: long } : undefined;
    for (const status of ['firing', 'healing', 'resolved'] as const) {
      const sent = await send(now({ key: status }));
      await send(later(sent, 's-2', { ...over, status }));
      await send(now({ ...over, key: `${status}-2`, status, alerts: alerts.slice(0, 2) }), {
        options: { app_token: 'xapp-1' },
        dependencies: { offer },
      });
    }
    assert.equal(texts().length, 6);
    assert.equal(slack.replies().length, 1);
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
        { ...parts, http: client.http },
      );
      const failure = await failureOf(notifier.notify(now(), never));
      assert.ok(!inspect(failure, { depth: 9, showHidden: true }).includes(slack.token), failure.message);
      assert.equal(failure.retryable, false);
    }
  });

  test('a wrong token says which setting to change', async () => {
    const notifier = createSlackNotifier(
      { channel: 'C0ONCALL', bot_token: 'xoxb-wrong', api_url: slack.url },
      { ...parts, http: client.http },
    );
    const failure = await failureOf(notifier.notify(now(), never));
    assert.deepEqual([failure.reason, failure.retryable], ['unauthorized', false]);
    assert.ok(!failure.message.includes('xoxb-wrong'));
  });
});
