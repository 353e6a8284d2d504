import { startHttpFake, type FakeAnswer, type FakeRequest, type HttpFake } from './http-fake.ts';
import { slackProblemOf, slackVersionOf, type SlackFields, type SlackVersion } from './slack-limits.ts';

/** A message with all its edits, the newest last. */
export interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
  readonly history: readonly SlackVersion[];
}

/** Slack's Web API as far as octowatch calls it, with the documented limits (docs.slack.dev). */
export interface FakeSlack extends HttpFake {
  /** The one bot token it knows. */
  readonly token: string;
  readonly messages: readonly SlackMessage[];
  /** Methods called, in their order. */
  readonly calls: readonly string[];
  /** From now on a channel takes one new message a second of `now`; more are answered 429 with Retry-After. */
  limitRate(now?: () => number): void;
  /** From now on a method answers this error. */
  refuse(method: string, error: string): void;
  /** Somebody writes a message into a channel. */
  chat(channel: string, text: string): void;
  /** Deletes all messages, as a person may. */
  deleteMessages(): void;
}

const CHANNEL = /^C[A-Z0-9]+$/;
const MAX_PAGE = 999;
const DEFAULT_PAGE = 100;

/** Starts a Slack with the channel `#on-call` (`C0ONCALL`); any other id that begins with C is a channel too. */
export async function startFakeSlack(): Promise<FakeSlack> {
  const token = ['xoxb', 'fake', 'bot'].join('-');
  const state = new State();
  const calls: string[] = [];
  const refusals = new Map<string, string>();

  function answer(request: FakeRequest): FakeAnswer {
    const method = request.path.replace(/^\//, '');
    calls.push(method);
    const fields = fieldsOf(request);
    if ((request.headers.authorization?.replace('Bearer ', '') ?? fields['token']) !== token)
      return refused('invalid_auth');
    const error = refusals.get(method);
    return error === undefined ? state.answer(method, fields) : refused(error);
  }

  const fake = await startHttpFake(answer);
  return {
    ...fake,
    url: `${fake.url}/`,
    token,
    calls,
    get messages() {
      return state.messages;
    },
    limitRate: (now = Date.now) => void (state.limitNow = now),
    refuse: (method, error) => void refusals.set(method, error),
    chat: (channel, text) => void state.add(channel, slackVersionOf({ text })),
    deleteMessages: () => void (state.messages = []),
  };
}

class State {
  messages: { channel: string; ts: string; history: SlackVersion[] }[] = [];
  limitNow: (() => number) | undefined;
  #count = 0;
  readonly #lastPosts = new Map<string, number>();

  answer(method: string, fields: SlackFields): FakeAnswer {
    switch (method) {
      case 'auth.test':
        return done({ bot_id: 'B1' });
      case 'chat.postMessage':
        return this.#post(fields);
      case 'chat.update':
        return this.#update(fields);
      case 'conversations.history':
        return this.#history(fields);
      case 'conversations.list':
        return list(fields);
      default:
        return refused('unknown_method');
    }
  }

  add(channel: string, version: SlackVersion): string {
    const ts = `${Math.floor(Date.now() / 1000)}.${String(this.#count++).padStart(6, '0')}`;
    this.messages.push({ channel, ts, history: [version] });
    return ts;
  }

  #post(fields: SlackFields): FakeAnswer {
    const { channel = '' } = fields;
    const now = this.limitNow?.() ?? 0;
    if (this.limitNow !== undefined && now - (this.#lastPosts.get(channel) ?? 0) < 1000)
      return { ...refused('ratelimited'), status: 429, headers: { 'retry-after': '1' } };
    if (!CHANNEL.test(channel)) return refused('channel_not_found');
    const version = slackVersionOf(fields);
    const problem = slackProblemOf(version);
    if (problem !== undefined) return refused(problem);
    this.#lastPosts.set(channel, now);
    return done({ channel, ts: this.add(channel, version) });
  }

  #update(fields: SlackFields): FakeAnswer {
    const { channel = '', ts = '' } = fields;
    const message = this.messages.find((candidate) => candidate.channel === channel && candidate.ts === ts);
    if (message === undefined) return refused('message_not_found');
    const version = slackVersionOf(fields);
    const problem = slackProblemOf(version);
    if (problem !== undefined) return refused(problem);
    message.history.push(version);
    return done({ channel, ts });
  }

  /** Newest first, a page at a time; the oldest moment itself is left out. */
  #history(fields: SlackFields): FakeAnswer {
    const { channel = '', oldest = '0', limit = DEFAULT_PAGE, cursor = '0' } = fields;
    if (!CHANNEL.test(channel)) return refused('channel_not_found');
    if (Number(limit) > MAX_PAGE) return refused('invalid_limit');
    const found = this.messages
      .filter((message) => message.channel === channel && Number(message.ts) > Number(oldest))
      .toReversed();
    const end = Number(cursor) + Number(limit);
    const page = found
      .slice(Number(cursor), end)
      .map((message) => shown(message, fields['include_all_metadata'] === 'true'));
    const isMore = end < found.length;
    return done({
      messages: page,
      has_more: isMore,
      response_metadata: { next_cursor: isMore ? String(end) : '' },
    });
  }
}

function shown({ ts, history }: SlackMessage, withMetadata: boolean): object {
  const last = history.at(-1);
  return { type: 'message', ts, text: last?.text, ...(withMetadata ? { metadata: last?.metadata } : {}) };
}

function list({ cursor }: SlackFields): FakeAnswer {
  return cursor === 'rest'
    ? done({ channels: [{ id: 'C0ONCALL', name: 'on-call' }] })
    : done({ channels: [{ id: 'C0GENERAL', name: 'general' }], response_metadata: { next_cursor: 'rest' } });
}

/** Slack takes forms and JSON. */
function fieldsOf({ headers, body }: FakeRequest): SlackFields {
  if (!headers['content-type']?.includes('json')) return Object.fromEntries(new URLSearchParams(body));
  const parsed: Record<string, unknown> = JSON.parse(body);
  return Object.fromEntries(
    Object.entries(parsed).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

function done(body: object): FakeAnswer {
  return { status: 200, body: { ok: true, ...body } };
}

function refused(error: string): FakeAnswer {
  return { status: 200, body: { ok: false, error } };
}
