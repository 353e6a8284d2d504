import { Failure, messageOf, type FailureReason } from '../model/failure.ts';

/** What a person must do about an error code of Slack's; codes that are not here may pass by themselves. */
const REFUSALS: Readonly<Record<string, readonly [FailureReason, string]>> = {
  invalid_auth: ['unauthorized', 'the bot token is wrong: check bot_token'],
  not_authed: ['unauthorized', 'no bot token arrived: check bot_token'],
  token_revoked: ['unauthorized', 'the bot token was revoked: install the app again'],
  account_inactive: ['unauthorized', 'the bot is deactivated: install the app again'],
  missing_scope: [
    'forbidden',
    'the app lacks a scope: it needs chat:write, channels:history and groups:history',
  ],
  channel_not_found: ['not_found', 'no such channel for the bot: check channel, and give its id'],
  not_in_channel: ['forbidden', 'the bot is not in the channel: invite it'],
  is_archived: ['rejected', 'the channel is archived: choose another'],
  msg_too_long: ['rejected', 'the message is too long'],
  invalid_blocks: ['rejected', 'the message has blocks that Slack refuses'],
};

/** Codes that say that a message can no longer be edited. */
export const GONE: ReadonlySet<string> = new Set([
  'message_not_found',
  'cant_update_message',
  'edit_window_closed',
]);

/** Slack's error code in what its client threw; undefined when it is another kind of error. */
export function slackCode(thrown: unknown): string | undefined {
  const data = field(thrown, 'data');
  const code = field(data, 'error');
  return typeof code === 'string' ? code : undefined;
}

/** What the client threw as a Failure; it never holds the token. */
export function slackFailure(thrown: unknown): Failure {
  if (thrown instanceof Failure) return thrown;
  const retryAfter = field(thrown, 'retryAfter');
  if (typeof retryAfter === 'number') {
    return new Failure('rate_limited', 'Slack limits the rate of messages', {
      retryAfterMs: retryAfter * 1000,
    });
  }
  const code = slackCode(thrown);
  if (code !== undefined) {
    const [reason, advice] = REFUSALS[code] ?? ['server_error', 'Slack could not do it now'];
    return new Failure(reason, `Slack answered ${code}: ${advice}`);
  }
  const status = field(thrown, 'statusCode');
  if (typeof status === 'number')
    return new Failure(status < 500 ? 'rejected' : 'server_error', `Slack answered HTTP ${status}`);
  return new Failure('network', `Slack: ${messageOf(thrown)}`);
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
