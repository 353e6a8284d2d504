import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { failureOf } from '../../test/fakes/failure-of.ts';
import { startFakeSlack, type FakeSlack } from '../../test/fakes/slack.ts';
import type { Message } from '../model/messenger.ts';
import { createHttp } from '../system/system-http.ts';
import { createSlackMessenger } from './slack-messenger.ts';
import type { SlackOptions } from './slack-options.ts';

const never = new AbortController().signal;

function message(over: Partial<Message> = {}): Message {
  return {
    id: 'octowatch-report-2026-W46',
    since: Date.now() - 1000,
    subject: 'Week 46: woken twice, 31 healed',
    text: '',
    html: '',
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '6 pages of a budget of 10.' } }],
    json: {},
    ...over,
  };
}

async function openSlack(t: TestContext): Promise<{
  slack: FakeSlack;
  send(message: Message, options?: Partial<SlackOptions>): Promise<void>;
}> {
  const slack = await startFakeSlack();
  const client = createHttp();
  t.after(async () => {
    await client.close();
    await slack.close();
  });
  return {
    slack,
    send(each, options = { channel: '#on-call', bot_token: slack.token, api_url: slack.url }) {
      return createSlackMessenger(options, client).send(each, never);
    },
  };
}

test('a message is posted into the channel, with its line for phones', async (t) => {
  const { slack, send } = await openSlack(t);
  await send(message());
  assert.deepEqual(
    slack.messages.map(({ channel, history }) => [
      channel,
      history.map(({ text, blocks }) => [text, blocks.length]),
    ]),
    [['C0ONCALL', [['Week 46: woken twice, 31 healed', 1]]]],
  );
});

test('a repeated attempt shows once, another week is another message', async (t) => {
  const { slack, send } = await openSlack(t);
  await send(message());
  slack.chat('C0ONCALL', 'thanks');
  await send(message());
  await send(message({ id: 'octowatch-report-2026-W47' }));
  assert.equal(slack.messages.length, 3);
});

test('one that was posted although the answer was lost is found', async (t) => {
  const { slack, send } = await openSlack(t);
  slack.fail({ kind: 'reset-after-accepting', path: '/chat.postMessage' });
  const failure = await failureOf(send(message()));
  assert.equal(failure.retryable, true);
  await send(message());
  assert.equal(slack.messages.length, 1);
});

test('a bot that may not post says so, for good', async (t) => {
  const { slack, send } = await openSlack(t);
  slack.refuse('chat.postMessage', 'not_in_channel');
  const failure = await failureOf(send(message()));
  assert.equal(failure.retryable, false);
  assert.match(failure.message, /not_in_channel/);
});

test('an incoming webhook posts too', async (t) => {
  const { slack, send } = await openSlack(t);
  await send(message(), { api_url: slack.webhookUrl });
  assert.deepEqual(
    slack.posts.map(({ text }) => text),
    ['Week 46: woken twice, 31 healed'],
  );
});
