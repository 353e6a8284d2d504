/** One version of a message, as `chat.postMessage` and `chat.update` take it. */
export interface SlackVersion {
  readonly text: string;
  /** All blocks, those of attachments last. */
  readonly blocks: readonly SlackBlock[];
  readonly attachments: readonly SlackAttachment[];
  readonly metadata:
    | { readonly event_type: string; readonly event_payload: Readonly<Record<string, unknown>> }
    | undefined;
}

export type SlackBlock = Readonly<Record<string, unknown>>;

export interface SlackAttachment {
  readonly color?: string;
  readonly blocks?: readonly SlackBlock[];
}

/** Arguments of a method; structured ones are JSON texts. */
export type SlackFields = Readonly<Record<string, string>>;

const MAX_BLOCKS = 50;
const MAX_TEXT = 40_000;
const MAX_METADATA_BYTES = 8000;
const MAX_TEXT_OF: Readonly<Record<string, number>> = { section: 3000, header: 150, markdown: 12_000 };
const MAX_CONTEXT_ELEMENTS = 10;
const MAX_CONTEXT_TEXT = 2000;

/** The version that `fields` describe. */
export function slackVersionOf({ text = '', blocks, attachments, metadata }: SlackFields): SlackVersion {
  const own: SlackBlock[] = blocks === undefined ? [] : JSON.parse(blocks);
  const attached: SlackAttachment[] = attachments === undefined ? [] : JSON.parse(attachments);
  return {
    text,
    blocks: [...own, ...attached.flatMap((attachment) => attachment.blocks ?? [])],
    attachments: attached,
    metadata: metadata === undefined ? undefined : JSON.parse(metadata),
  };
}

/** The error that Slack answers a message over a documented limit (docs.slack.dev, Block Kit reference), if any. */
export function slackProblemOf({ text, blocks, metadata }: SlackVersion): string | undefined {
  if (text === '' && blocks.length === 0) return 'no_text';
  if (text.length > MAX_TEXT) return 'msg_too_long';
  if (blocks.length > MAX_BLOCKS || blocks.some((block) => !isWithinLimits(block))) return 'invalid_blocks';
  if (metadata !== undefined && Buffer.byteLength(JSON.stringify(metadata)) > MAX_METADATA_BYTES)
    return 'metadata_too_large';
  return undefined;
}

function isWithinLimits(block: SlackBlock): boolean {
  const type = String(block['type']);
  if (type === 'divider') return true;
  if (type === 'context') {
    const elements = Array.isArray(block['elements']) ? block['elements'] : [];
    return (
      elements.length > 0 &&
      elements.length <= MAX_CONTEXT_ELEMENTS &&
      elements.every((element: unknown) => isText(element, MAX_CONTEXT_TEXT))
    );
  }
  const limit = MAX_TEXT_OF[type];
  return limit !== undefined && isText(block['text'], limit);
}

function isText(value: unknown, max: number): boolean {
  const { type, text } = Object(value);
  return (
    ['mrkdwn', 'plain_text'].includes(type) && typeof text === 'string' && text !== '' && text.length <= max
  );
}
