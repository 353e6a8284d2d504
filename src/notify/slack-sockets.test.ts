import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { silentLog } from '../../test/fakes/silent-log.ts';
import { startFakeSlackSocket, type FakeSlackSocket } from '../../test/fakes/slack-socket.ts';
import { startFakeSlack, type FakeSlack } from '../../test/fakes/slack.ts';
import { until } from '../../test/fakes/until.ts';
import { Failure } from '../model/failure.ts';
import type { OnCallActions, Person } from '../model/on-call.ts';
import { NO_METRICS } from '../model/self-metrics.ts';
import { VirtualClock } from '../model/virtual-clock.ts';
import { createHttp } from '../system/system-http.ts';
import type { SlackOptions } from './slack-options.ts';
import { createSlackSockets, type SlackSockets } from './slack-sockets.ts';

const PRIYA = 'Priya Nair (U0PRIYA, slack)';

describe('buttons in Slack', () => {
  let socket: FakeSlackSocket;
  let slack: FakeSlack;
  let client: ReturnType<typeof createHttp>;
  let clock: VirtualClock;
  let stop: AbortController;
  let ended: Promise<void>;
  let receivers: SlackOptions[];
  let sockets: SlackSockets;
  let sleeps: number[];
  let done: string[];
  let counts: string[];
  let actions: OnCallActions;

  beforeEach(async () => {
    socket = await startFakeSlackSocket();
    slack = await startFakeSlack(socket);
    client = createHttp();
    clock = new VirtualClock();
    stop = new AbortController();
    receivers = [receiver('C0ONCALL'), receiver('#general')];
    sleeps = [];
    done = [];
    counts = [];
    actions = {
      acknowledge: (key, by) => act('acknowledge', key, by),
      silence: (key, forMs, by) => act(`silence ${forMs / 60_000}m`, key, by),
      runRemedy: (key, by) => act('run', key, by),
    };
    start();
    await until('connected', () => socket.connections.open === 1);
  });
  afterEach(async () => {
    stop.abort();
    await ended;
    await client.close();
    await slack.close();
    await socket.close();
    assert.deepEqual(socket.complaints, []);
  });

  function start(): void {
    sockets = createSlackSockets({
      http: client.http,
      clock: {
        now: () => clock.now(),
        sleep(ms, signal) {
          sleeps.push(ms);
          return clock.sleep(ms, signal);
        },
      },
      random: () => 1,
      log: silentLog,
      metrics: {
        ...NO_METRICS,
        increment: (name, labels = {}) => void counts.push([name, ...Object.values(labels)].join(' ')),
      },
      actions: {
        acknowledge: (...args) => actions.acknowledge(...args),
        silence: (...args) => actions.silence(...args),
        runRemedy: (...args) => actions.runRemedy(...args),
      },
      receivers: () => receivers,
    });
    ended = sockets.run(stop.signal);
  }

  function receiver(channel: string): SlackOptions {
    const api_url = slack.url.replace(/\/$/, '');
    return { channel, bot_token: slack.token, app_token: socket.appToken, api_url };
  }

  function act(what: string, key: string, { name, id, via }: Person): Promise<string> {
    done.push(`${what} ${key} by ${name} (${id}, ${via})`);
    return Promise.resolve(`${what}: done <now>`);
  }

  /** How long it waited before it connected anew: all but the deadlines. */
  function pauses(): number[] {
    return sleeps.filter((ms) => ![15_000, 2500, 10_000].includes(ms));
  }

  /** Lets the pause before a new connection pass. */
  function reconnected(ever: number): Promise<void> {
    return until('connected anew', () => {
      if (socket.connections.ever < ever) void clock.advance(1000);
      return socket.connections.ever === ever && socket.connections.open === 1;
    });
  }

  function answers(count: number): Promise<void> {
    return until(`${count} answers`, () => slack.ephemerals.length === count);
  }

  test('do what they say, in the name of who pressed, after the acknowledgement', async () => {
    socket.press({ action: 'acknowledge', value: 'k1' });
    socket.press({ action: 'silence_1h', value: 'k2', user: 'U0TOM', channel: 'C0GENERAL' });
    socket.press({ action: 'run_remedy', value: 'k3' });
    await answers(3);
    assert.deepEqual(done.toSorted(), [
      `acknowledge k1 by ${PRIYA}`,
      `run k3 by ${PRIYA}`,
      'silence 60m k2 by Tom Okafor (U0TOM, slack)',
    ]);
    const toTom = slack.ephemerals.find(({ user }) => user === 'U0TOM');
    assert.deepEqual(toTom, { channel: 'C0GENERAL', user: 'U0TOM', text: 'silence 60m: done &lt;now&gt;' });
    assert.equal(socket.acks.length, 3);
    assert.ok(counts.includes('octowatch_slack_presses_total acknowledge ok'));
  });

  test('are acknowledged at once, however long the work takes', async () => {
    actions = { ...actions, acknowledge: () => new Promise(() => {}) };
    socket.press({ action: 'acknowledge', value: 'k1' });
    await until('acknowledged', () => socket.acks.length === 1);
    await until('at work', () => slack.calls.includes('users.info'));
    await until('given up', () => {
      void clock.advance(30_000);
      return slack.ephemerals.length === 1;
    });
    assert.match(slack.ephemerals[0]?.text ?? '', /longer than expected/);
  });

  test('act once for an envelope that is delivered again, also on another connection', async () => {
    const envelope = socket.press({ action: 'run_remedy', value: 'k1' });
    await answers(1);
    socket.replay(envelope);
    await until('acknowledged again', () => socket.acks.length === 2);
    socket.refresh('refresh_requested');
    await reconnected(2);
    socket.replay(envelope);
    await until('acknowledged once more', () => socket.acks.length === 3);
    socket.press({ action: 'acknowledge', value: 'k2' });
    await answers(2);
    assert.deepEqual(done, [`run k1 by ${PRIYA}`, `acknowledge k2 by ${PRIYA}`]);
  });

  const IN_VAIN: readonly [what: string, failure: Failure, action: string, words: RegExp][] = [
    [
      'an incident that is over',
      new Failure('not_found', 'no'),
      'acknowledge',
      /^This incident is over: nothing was done\.$/,
    ],
    [
      'a remedy of an alert that is over',
      new Failure('not_found', 'the alert is over'),
      'run_remedy',
      /^Not done: the alert is over$/,
    ],
    [
      'a refusal of the guard',
      new Failure('budget', 'acted 2m ago'),
      'run_remedy',
      /^Not done: acted 2m ago$/,
    ],
  ];
  for (const [what, failure, action, words] of IN_VAIN) {
    test(`tell of ${what}`, async () => {
      const fail = (): Promise<string> => Promise.reject(failure);
      actions = { acknowledge: fail, silence: fail, runRemedy: fail };
      socket.press({ action, value: 'k1' });
      await answers(1);
      assert.match(slack.ephemerals[0]?.text ?? '', words);
      assert.ok(counts.includes(`octowatch_slack_presses_total ${action} ${failure.reason}`));
    });
  }

  test('that are not known any more answer kindly', async () => {
    socket.press({ action: 'escalate', value: 'k1' });
    socket.press({ action: 'acknowledge' });
    await answers(2);
    for (const { text } of slack.ephemerals) assert.match(text, /another version of octowatch/);
    assert.deepEqual(done, []);
  });

  test('that are links are acknowledged, and nothing more', async () => {
    socket.press({ action: 'open_incident' });
    socket.press({ action: 'runbook' });
    await until('acknowledged', () => socket.acks.length === 2);
    assert.deepEqual(
      slack.calls.filter((method) => method !== 'apps.connections.open'),
      [],
    );
  });

  test('are heard in the channels of the configuration only', async () => {
    socket.press({ action: 'run_remedy', value: 'k1', channel: 'C0STRANGE' });
    await until('ignored', () => counts.includes('octowatch_slack_presses_total run_remedy ignored'));
    receivers = [...receivers, receiver('C0STRANGE')];
    sockets.reload();
    socket.press({ action: 'run_remedy', value: 'k1', channel: 'C0STRANGE' });
    await answers(1);
    assert.deepEqual([done, socket.connections.ever], [[`run k1 by ${PRIYA}`], 1]);
  });

  test('are for people of the workspace only, also in a channel shared with another', async () => {
    socket.press({ action: 'run_remedy', value: 'k1', user: 'U0STRANGER', userTeam: 'T0OTHER' });
    socket.press({ action: 'run_remedy', value: 'k1', user: 'U0GUEST', userTeam: 'T0FAKE' });
    await answers(2);
    for (const { text } of slack.ephemerals) assert.match(text, /people of the workspace/);
    assert.deepEqual(done, []);
  });

  test('know a person by the account where names may not be read', async () => {
    slack.refuse('users.info', 'missing_scope');
    socket.press({ action: 'acknowledge', value: 'k1' });
    await answers(1);
    assert.deepEqual(done, ['acknowledge k1 by u0priya (U0PRIYA, slack)']);
    socket.press({ action: 'acknowledge', value: 'k1', user: 'U0STRANGER', userTeam: 'T0OTHER' });
    await answers(2);
    assert.equal(done.length, 1);
  });

  test('ask Slack for a name once', async () => {
    for (const count of [1, 2, 3]) {
      socket.press({ action: 'acknowledge', value: 'k1' });
      await answers(count);
    }
    assert.equal(slack.calls.filter((method) => method === 'users.info').length, 1);
    assert.equal(slack.calls.filter((method) => method === 'auth.test').length, 1);
  });

  test('are heard again after the connection broke, and after odd frames', async () => {
    for (const frame of ['null', 'no json', '{"type":"events_api"}', '{"type":"interactive"}', '[]'])
      socket.say(frame);
    socket.drop();
    await reconnected(2);
    socket.press({ action: 'acknowledge', value: 'k1' });
    await answers(1);
  });

  test('wait longer and longer while Slack cannot be reached', async () => {
    slack.refuse('apps.connections.open', 'internal_error');
    socket.drop();
    await until('waited seven times', () => {
      void clock.advance(60_000);
      return pauses().length >= 8;
    });
    assert.deepEqual(pauses().slice(0, 8), [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
    slack.accept('apps.connections.open');
    await until('connected anew', () => {
      if (socket.connections.open === 0) void clock.advance(60_000);
      return socket.connections.open === 1;
    });
  });

  test('of a connection that never lives long are not asked for in a hot loop', async () => {
    for (const ever of [2, 3]) {
      socket.drop();
      await reconnected(ever);
    }
    assert.deepEqual(pauses(), [1000, 2000]);
  });

  test('say what to do about a token that is not taken', async () => {
    slack.refuse('apps.connections.open', 'not_allowed_token_type');
    socket.drop();
    await until('counted', () => {
      void clock.advance(1000);
      return counts.includes('octowatch_slack_connects_total unauthorized');
    });
    assert.deepEqual(pauses(), [1000, 300_000]);
  });

  test('of an app that is configured no more are heard no more', async () => {
    receivers = [];
    sockets.reload();
    await until('closed', () => socket.connections.open === 0);
  });
});
