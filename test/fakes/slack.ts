import { startHttpFake, type FakeAnswer, type FakeRequest, type HttpFake } from './http-fake.ts';
import { slackProblemOf, slackVersionOf, type SlackFields, type SlackVersion } from './slack-limits.ts';
import type { FakeSlackSocket } from './slack-socket.ts';

/** A message with all its edits, the newest last. */
export interface SlackMessage {
  readonly channel: string;
  readonly ts: string;
  readonly history: readonly SlackVersion[];
  /** The message in whose thread it is. */
  readonly thread?: string;
}

/** What one person alone sees, until the next reload. */
export interface SlackEphemeral {
  readonly channel: string;
  readonly user: string;
  readonly text: string;
}

/** Slack's Web API as far as octowatch calls it, with the documented limits (docs.slack.dev). */
export interface FakeSlack extends HttpFake {
  /** The one bot token it knows. */
  readonly token: string;
  readonly messages: readonly SlackMessage[];
  /** What was answered to people who pressed something. */
  readonly ephemerals: readonly SlackEphemeral[];
  /** The address of its incoming webhook, for the channel `C0HOOK`. */
  readonly webhookUrl: string;
  /** What was posted to the webhook, in its order. */
  readonly posts: readonly Readonly<Record<string, unknown>>[];
  /** The texts of the replies in the thread of the newest message with one. */
  replies(): string[];
  /** From now on the webhook answers so. */
  answerWebhook(status: number, text: string): void;
  /** Methods called, in their order. */
  readonly calls: readonly string[];
  /** From now on a channel takes one new message a second of `now`; more are answered 429 with Retry-After. */
  limitRate(now?: () => number): void;
  /** From now on a method answers this error. */
  refuse(method: string, error: string): void;
  /** Ends `refuse`. */
  accept(method: string): void;
  /** Somebody writes a message into a channel. */
  chat(channel: string, text: string): void;
  /** Deletes all messages, as a person may. */
  deleteMessages(): void;
}

/** The workspace of the fake. */
export const TEAM = 'T0FAKE';
const USERS: Readonly<Record<string, { name: string; team: string }>> = {
  U0PRIYA: { name: 'Priya Nair', team: TEAM },
  U0TOM: { name: 'Tom Okafor', team: TEAM },
  U0GUEST: { name: 'Eve', team: 'T0OTHER' },
};
const HOOK = '/services/T0FAKE/B0HOOK/hook-secret';
const CHANNEL = /^C[A-Z0-9]+$/;
const MAX_PAGE = 999;
const DEFAULT_PAGE = 100;

/** Starts a Slack, with Socket Mode where one is given, with the channel `#on-call` (`C0ONCALL`); any other id that begins with C is a channel too. */
export async function startFakeSlack(socket?: FakeSlackSocket): Promise<FakeSlack> {
  const token = ['xoxb', 'fake', 'bot'].join('-');
  const state = new State();
  const calls: string[] = [];
  const refusals = new Map<string, string>();
  const posts: Readonly<Record<string, unknown>>[] = [];
  let hookAnswer: FakeAnswer = { status: 200, body: '', text: 'ok' };

  function post({ body }: FakeRequest): FakeAnswer {
    if (hookAnswer.status !== 200) return hookAnswer;
    const problem = slackProblemOf(slackVersionOf(textsOf(body)));
    if (problem !== undefined) return { status: 400, body: '', text: problem };
    posts.push(JSON.parse(body));
    return hookAnswer;
  }

  function connect({ headers }: FakeRequest): FakeAnswer {
    const error = refusals.get('apps.connections.open');
    if (error !== undefined) return refused(error);
    if (socket === undefined || headers.authorization !== `Bearer ${socket.appToken}`)
      return refused('invalid_auth');
    return done({ url: socket.open() });
  }

  function answer(request: FakeRequest): FakeAnswer {
    if (request.path === HOOK) return post(request);
    const method = request.path.replace(/^\//, '');
    calls.push(method);
    if (method === 'apps.connections.open') return connect(request);
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
    posts,
    webhookUrl: `${fake.url}${HOOK}`,
    ephemerals: state.ephemerals,
    get messages() {
      return state.messages;
    },
    replies() {
      const thread = state.messages.findLast((each) => each.thread !== undefined)?.thread;
      return state.messages.filter((each) => each.thread === thread && thread !== undefined).map(textOf);
    },
    answerWebhook: (status, text) => void (hookAnswer = { status, body: '', text }),
    limitRate: (now = Date.now) => void (state.limitNow = now),
    refuse: (method, error) => void refusals.set(method, error),
    accept: (method) => void refusals.delete(method),
    chat: (channel, text) => void state.add(channel, slackVersionOf({ text })),
    deleteMessages: () => void (state.messages = []),
  };
}

class State {
  messages: { channel: string; ts: string; history: SlackVersion[]; thread?: string }[] = [];
  readonly ephemerals: SlackEphemeral[] = [];
  limitNow: (() => number) | undefined;
  #count = 0;
  readonly #lastPosts = new Map<string, number>();

  answer(method: string, fields: SlackFields): FakeAnswer {
    switch (method) {
      case 'auth.test':
        return done({ bot_id: 'B1', team_id: TEAM });
      case 'chat.postMessage':
        return this.#post(fields);
      case 'chat.update':
        return this.#update(fields);
      case 'conversations.history':
        return this.#history(fields);
      case 'conversations.replies':
        return this.#replies(fields);
      case 'conversations.list':
        return list(fields);
      case 'chat.postEphemeral':
        return this.#whisper(fields);
      case 'users.info':
        return userInfo(fields);
      default:
        return refused('unknown_method');
    }
  }

  add(channel: string, version: SlackVersion, thread?: string): string {
    const ts = `${Math.floor(Date.now() / 1000)}.${String(this.#count++).padStart(6, '0')}`;
    this.messages.push({ channel, ts, history: [version], ...(thread === undefined ? {} : { thread }) });
    return ts;
  }

  #post(fields: SlackFields): FakeAnswer {
    const { channel = '' } = fields;
    const now = this.limitNow?.() ?? 0;
    if (this.limitNow !== undefined && now - (this.#lastPosts.get(channel) ?? 0) < 1000)
      return { ...refused('ratelimited'), status: 429, headers: { 'retry-after': '1' } };
    if (!CHANNEL.test(channel)) return refused('channel_not_found');
    const { thread_ts: thread } = fields;
    if (thread !== undefined && this.#find(channel, thread) === undefined) return refused('thread_not_found');
    if (fields['reply_broadcast'] !== undefined) throw new Error('a reply must not be broadcast');
    const version = slackVersionOf(fields);
    const problem = slackProblemOf(version);
    if (problem !== undefined) return refused(problem);
    this.#lastPosts.set(channel, now);
    return done({ channel, ts: this.add(channel, version, thread) });
  }

  #update(fields: SlackFields): FakeAnswer {
    const { channel = '', ts = '' } = fields;
    const message = this.#find(channel, ts);
    if (message === undefined) return refused('message_not_found');
    const version = slackVersionOf(fields);
    const problem = slackProblemOf(version);
    if (problem !== undefined) return refused(problem);
    message.history.push(version);
    return done({ channel, ts });
  }

  #find(channel: string, ts: string): { history: SlackVersion[] } | undefined {
    return this.messages.find((each) => each.channel === channel && each.ts === ts);
  }

  #whisper({ channel = '', user = '', text = '' }: SlackFields): FakeAnswer {
    if (!CHANNEL.test(channel)) return refused('channel_not_found');
    if (text === '') return refused('no_text');
    this.ephemerals.push({ channel, user, text });
    return done({ message_ts: '1' });
  }

  /** The message itself, then its replies, oldest first. */
  #replies(fields: SlackFields): FakeAnswer {
    const { channel = '', ts = '' } = fields;
    if (this.#find(channel, ts) === undefined) return refused('thread_not_found');
    return this.#page(
      this.messages.filter((each) => each.channel === channel && (each.ts === ts || each.thread === ts)),
      fields,
    );
  }

  /** Newest first; without replies, and the oldest moment itself is left out. */
  #history(fields: SlackFields): FakeAnswer {
    const { channel = '', oldest = '0' } = fields;
    if (!CHANNEL.test(channel)) return refused('channel_not_found');
    const isThere = (each: SlackMessage): boolean =>
      each.channel === channel && each.thread === undefined && Number(each.ts) > Number(oldest);
    return this.#page(this.messages.filter(isThere).toReversed(), fields);
  }

  /** A page of messages. */
  #page(found: readonly SlackMessage[], fields: SlackFields): FakeAnswer {
    const { limit = DEFAULT_PAGE, cursor = '0' } = fields;
    if (Number(limit) > MAX_PAGE) return refused('invalid_limit');
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

function textOf({ history }: SlackMessage): string {
  return history.at(-1)?.text ?? '';
}

function userInfo({ user = '' }: SlackFields): FakeAnswer {
  const found = USERS[user];
  if (found === undefined) return refused('user_not_found');
  const { name, team } = found;
  return done({ user: { id: user, name: user.toLowerCase(), team_id: team, profile: { real_name: name } } });
}

function list({ cursor }: SlackFields): FakeAnswer {
  return cursor === 'rest'
    ? done({ channels: [{ id: 'C0ONCALL', name: 'on-call' }] })
    : done({ channels: [{ id: 'C0GENERAL', name: 'general' }], response_metadata: { next_cursor: 'rest' } });
}

/** Slack takes forms and JSON. */
function fieldsOf({ headers, body }: FakeRequest): SlackFields {
  if (!headers['content-type']?.includes('json')) return Object.fromEntries(new URLSearchParams(body));
  return textsOf(body);
}

/** The members of a JSON object, structured ones as JSON texts. */
function textsOf(body: string): SlackFields {
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
