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

export type SlackAttachment = Readonly<Record<string, unknown>> & {
  readonly color?: string;
  readonly blocks?: readonly SlackBlock[];
};

/** Arguments of a method; structured ones are JSON texts. */
export type SlackFields = Readonly<Record<string, string>>;

const MAX_BLOCKS = 50;
const MAX_TEXT = 40_000;
const MAX_ATTACHMENTS = 100;
const MAX_METADATA_BYTES = 8000;
const MAX_TEXT_OF: Readonly<Record<string, number>> = { section: 3000, header: 150, markdown: 12_000 };
const MAX_CONTEXT_ELEMENTS = 10;
const MAX_CONTEXT_TEXT = 2000;
const MAX_ACTIONS = 25;
const MAX_ID = 255;
const MAX_OF_BUTTON: Readonly<Record<string, number>> = { action_id: MAX_ID, url: 3000, value: 2000 };
const MAX_OF_CONFIRM: Readonly<Record<string, number>> = { title: 100, text: 300, confirm: 30, deny: 30 };
const MAX_BUTTON_TEXT = 75;
const STYLES: readonly unknown[] = [undefined, 'primary', 'danger'];

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
export function slackProblemOf({ text, blocks, attachments, metadata }: SlackVersion): string | undefined {
  if (text === '' && blocks.length === 0 && attachments.length === 0) return 'no_text';
  if (text.length > MAX_TEXT) return 'msg_too_long';
  if (attachments.length > MAX_ATTACHMENTS) return 'too_many_attachments';
  if (blocks.length > MAX_BLOCKS || blocks.some((block) => !isWithinLimits(block))) return 'invalid_blocks';
  if (metadata !== undefined && Buffer.byteLength(JSON.stringify(metadata)) > MAX_METADATA_BYTES)
    return 'metadata_too_large';
  if (metadata !== undefined && !isPayload(metadata.event_payload)) return 'invalid_metadata_format';
  return undefined;
}

/** The buttons of a message. */
export function slackButtonsOf({ blocks }: SlackVersion): SlackBlock[] {
  return blocks.filter(({ type }) => type === 'actions').flatMap((block) => listOf(block['elements']));
}

function isWithinLimits(block: SlackBlock): boolean {
  const type = String(block['type']);
  if (type === 'divider') return true;
  const elements = listOf(block['elements']);
  if (type === 'context')
    return (
      isCount(elements, MAX_CONTEXT_ELEMENTS) && elements.every((each) => isText(each, MAX_CONTEXT_TEXT))
    );
  if (type === 'actions') {
    const ids = new Set(elements.map((each) => each['action_id']));
    return isCount(elements, MAX_ACTIONS) && ids.size === elements.length && elements.every(isButton);
  }
  const limit = MAX_TEXT_OF[type];
  return limit !== undefined && isText(block['text'], limit);
}

function isButton(button: SlackBlock): boolean {
  const { type, text, style, confirm } = button;
  return (
    type === 'button' &&
    isPlain(text, MAX_BUTTON_TEXT) &&
    STYLES.includes(style) &&
    Object.entries(MAX_OF_BUTTON).every(([key, max]) => isShort(button[key], max)) &&
    (confirm === undefined ||
      Object.entries(MAX_OF_CONFIRM).every(([key, max]) => isPlain(Object(confirm)[key], max)))
  );
}

function isShort(value: unknown, max: number): boolean {
  return value === undefined || (typeof value === 'string' && value !== '' && value.length <= max);
}

function isCount(elements: readonly SlackBlock[], max: number): boolean {
  return elements.length > 0 && elements.length <= max;
}

function listOf(value: unknown): SlackBlock[] {
  return Array.isArray(value) ? value : [];
}

function isPlain(value: unknown, max: number): boolean {
  return Object(value).type === 'plain_text' && isText(value, max);
}

function isText(value: unknown, max: number): boolean {
  const { type, text } = Object(value);
  return (
    ['mrkdwn', 'plain_text'].includes(type) && typeof text === 'string' && text !== '' && text.length <= max
  );
}

/** Scalars, and objects or lists of objects of scalars. */
function isPayload(payload: Readonly<Record<string, unknown>>): boolean {
  const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
  const isFlat = (value: unknown): boolean => Object.values(Object(value)).every(isScalar);
  return Object.values(payload).every(
    (value) =>
      isScalar(value) ||
      (Array.isArray(value) ? value.every((each) => !isScalar(each) && isFlat(each)) : isFlat(value)),
  );
}
