import { Failure, toFailure, type FailureReason } from '../model/failure.ts';

const TOKEN = 'set bot_token to the Bot User OAuth Token (xoxb-…) of an installed app';
const LIMITED = 'Slack limits the rate of messages, trying again';
const CONTENT = 'Slack refuses the message as it is, please report it';

/** What to do about each error that a person can do something about; one that is not here may pass by itself. */
const ANSWERS: Readonly<Record<string, readonly [FailureReason, string]>> = {
  invalid_auth: ['unauthorized', TOKEN],
  not_authed: ['unauthorized', TOKEN],
  account_inactive: ['unauthorized', TOKEN],
  token_revoked: ['unauthorized', TOKEN],
  token_expired: ['unauthorized', TOKEN],
  channel_not_found: ['not_found', 'check the channel; to a private one the app must be invited'],
  not_in_channel: ['forbidden', 'invite the app to the channel: /invite @octowatch'],
  is_archived: ['rejected', 'the channel is archived, choose another'],
  missing_scope: [
    'forbidden',
    'grant the app chat:write and channels:history (private channel: groups:history; channel by name: channels:read, groups:read)',
  ],
  restricted_action: ['forbidden', 'allow the app to post in this channel'],
  message_not_found: ['not_found', 'the message is gone'],
  cant_update_message: ['forbidden', 'the message belongs to someone else'],
  edit_window_closed: ['rejected', 'the workspace forbids edits of messages this old'],
  msg_too_long: ['rejected', CONTENT],
  no_text: ['rejected', CONTENT],
  invalid_blocks: ['rejected', CONTENT],
  invalid_arguments: ['rejected', CONTENT],
  ratelimited: ['rate_limited', LIMITED],
  rate_limited: ['rate_limited', LIMITED],
};

/** Errors that say that a message can no longer be edited. */
const GONE: readonly string[] = ['message_not_found', 'cant_update_message', 'edit_window_closed'];

/** Slack answered `ok: false`. */
class SlackRefusal extends Failure {
  readonly code: string;

  constructor(code: string) {
    const [reason, todo] = ANSWERS[code] ?? ['server_error', 'Slack could not do it now, trying again'];
    super(reason, `Slack answered ${code}: ${todo}`);
    this.code = code;
  }
}

/** Whether a failure of `chat.update` means that there is nothing left to edit. */
export function isGone(failure: unknown): boolean {
  return failure instanceof SlackRefusal && GONE.includes(failure.code);
}

/** What the client threw as a Failure; its message never holds the token. */
export function slackFailure(thrown: unknown): Failure {
  const original = field(thrown, 'original');
  if (original instanceof Failure) return original;
  const code = field(field(thrown, 'data'), 'error');
  if (code === undefined) return toFailure(thrown);
  // The client hands on an answer that is not JSON as the error's text.
  if (typeof code !== 'string' || !/^[\w.:-]{1,80}$/.test(code))
    return new Failure('malformed', 'Slack: the answer is not that of its Web API, check api_url');
  return new SlackRefusal(code);
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
