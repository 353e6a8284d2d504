import { startHttpFake, type FakeAnswer, type FakeRequest, type HttpFake } from './http-fake.ts';

/** One version of a message. */
export interface SlackVersion {
  readonly text: string;
  readonly blocks: readonly Record<string, unknown>[];
  readonly metadata:
    | { readonly event_type: string; readonly event_payload: Readonly<Record<string, unknown>> }
    | undefined;
}

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
  /** From now on a channel takes one new message a second; more are answered 429 with Retry-After. */
  limitRate(): void;
  /** Deletes all messages, as a person may. */
  deleteMessages(): void;
}

const CHANNEL = /^C[A-Z0-9]+$/;
const MAX_BLOCKS = 50;
const MAX_SECTION = 3000;
const MAX_TEXT = 40_000;

export async function startFakeSlack(): Promise<FakeSlack> {
  const token = ['xoxb', 'fake', 'bot'].join('-');
  let messages: { channel: string; ts: string; history: SlackVersion[] }[] = [];
  let lastPost = Number.NEGATIVE_INFINITY;
  let isLimited = false;

  function answer(request: FakeRequest): FakeAnswer {
    const fields = fieldsOf(request);
    const bearer = request.headers.authorization?.replace('Bearer ', '') ?? fields['token'];
    if (bearer !== token) return refused('invalid_auth');
    switch (request.path.replace(/^\//, '')) {
      case 'auth.test':
        return { status: 200, body: { ok: true, bot_id: 'B1' } };
      case 'chat.postMessage':
        return post(fields);
      case 'chat.update':
        return update(fields);
      case 'conversations.history':
        return history(fields);
      default:
        return refused('unknown_method');
    }
  }

  function post(fields: Fields): FakeAnswer {
    if (isLimited && Date.now() - lastPost < 1000) {
      return { status: 429, body: { ok: false, error: 'ratelimited' }, headers: { 'retry-after': '1' } };
    }
    const { channel = '' } = fields;
    if (!CHANNEL.test(channel)) return refused('channel_not_found');
    const version = versionOf(fields);
    const problem = problemOf(version);
    if (problem !== undefined) return refused(problem);
    lastPost = Date.now();
    const ts = `${Math.floor(lastPost / 1000)}.${String(messages.length).padStart(6, '0')}`;
    messages.push({ channel, ts, history: [version] });
    return { status: 200, body: { ok: true, channel, ts } };
  }

  function update(fields: Fields): FakeAnswer {
    const message = messages.find(({ channel, ts }) => channel === fields['channel'] && ts === fields['ts']);
    if (message === undefined) return refused('message_not_found');
    const version = versionOf(fields);
    const problem = problemOf(version);
    if (problem !== undefined) return refused(problem);
    message.history.push(version);
    return { status: 200, body: { ok: true, channel: message.channel, ts: message.ts } };
  }

  function history(fields: Fields): FakeAnswer {
    const found = messages
      .filter(
        ({ channel, ts }) => channel === fields['channel'] && Number(ts) >= Number(fields['oldest'] ?? 0),
      )
      .toReversed()
      .map(({ ts, history: versions }) => {
        const last = versions.at(-1);
        return {
          type: 'message',
          ts,
          text: last?.text,
          ...(fields['include_all_metadata'] === 'true' ? { metadata: last?.metadata } : {}),
        };
      });
    return { status: 200, body: { ok: true, messages: found, has_more: false } };
  }

  const fake = await startHttpFake(answer);
  return {
    ...fake,
    url: `${fake.url}/`,
    token,
    get messages() {
      return messages;
    },
    limitRate() {
      isLimited = true;
    },
    deleteMessages() {
      messages = [];
    },
  };
}

type Fields = Readonly<Record<string, string>>;

/** Slack takes forms and JSON; structured fields of a form are JSON texts. */
function fieldsOf({ headers, body }: FakeRequest): Fields {
  if (!headers['content-type']?.includes('json')) return Object.fromEntries(new URLSearchParams(body));
  const parsed: Record<string, unknown> = JSON.parse(body);
  return Object.fromEntries(
    Object.entries(parsed).map(([key, value]) => [
      key,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  );
}

function versionOf({ text = '', blocks, attachments, metadata }: Fields): SlackVersion {
  const attached: { blocks?: Record<string, unknown>[] }[] =
    attachments === undefined ? [] : JSON.parse(attachments);
  const own: Record<string, unknown>[] = blocks === undefined ? [] : JSON.parse(blocks);
  return {
    text,
    blocks: [...own, ...attached.flatMap((attachment) => attachment.blocks ?? [])],
    metadata: metadata === undefined ? undefined : JSON.parse(metadata),
  };
}

function problemOf({ text, blocks }: SlackVersion): string | undefined {
  if (text === '' && blocks.length === 0) return 'no_text';
  if (text.length > MAX_TEXT) return 'msg_too_long';
  if (blocks.length > MAX_BLOCKS) return 'invalid_blocks';
  const tooLong = blocks.some((block) => block['type'] === 'section' && textOf(block).length > MAX_SECTION);
  return tooLong ? 'invalid_blocks' : undefined;
}

function textOf(block: Record<string, unknown>): string {
  const { text } = block;
  return typeof text === 'object' && text !== null && 'text' in text ? String(text.text) : '';
}

function refused(error: string): FakeAnswer {
  return { status: 200, body: { ok: false, error } };
}
