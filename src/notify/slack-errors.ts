import { Failure, toFailure, type FailureReason } from '../model/failure.ts';

const TOKEN = 'set bot_token to the Bot User OAuth Token (xoxb-…) of an installed app';
const WORKSPACE = 'ask an administrator of the workspace to allow the app';
const LIMITED = 'Slack limits the rate of messages, trying again';
const CONTENT = 'Slack refuses the message as it is, please report it';
const HOOK = 'make a new incoming webhook and set api_url to it';
const ARCHIVED = 'the channel is archived, choose another';
const FORBIDDEN = 'allow the app to post in this channel';
const GONE_TODO = 'the message is gone';

type Answer = readonly [FailureReason, string];

function all(codes: string, answer: Answer): Record<string, Answer> {
  return Object.fromEntries(codes.split(' ').map((code) => [code, answer]));
}

/**
 * What to do about each error that a person can do something about (docs.slack.dev: errors of chat.postMessage,
 * chat.update, conversations.*, users.info, apps.connections.open and of incoming webhooks); one that is not here may
 * pass by itself.
 */
const ANSWERS: Readonly<Record<string, Answer>> = {
  ...all('invalid_auth not_authed account_inactive token_revoked token_expired', ['unauthorized', TOKEN]),
  ...all('not_allowed_token_type', [
    'unauthorized',
    'bot_token is the Bot User OAuth Token (xoxb-…), app_token the app-level token (xapp-…)',
  ]),
  ...all('team_access_not_granted access_denied ekm_access_denied no_permission org_login_required', [
    'forbidden',
    WORKSPACE,
  ]),
  ...all('two_factor_setup_required enterprise_is_restricted team_added_to_org', ['forbidden', WORKSPACE]),
  channel_not_found: ['not_found', 'check the channel; to a private one the app must be invited'],
  not_in_channel: ['forbidden', 'invite the app to the channel: /invite @octowatch'],
  ...all('is_archived channel_is_archived', ['rejected', ARCHIVED]),
  missing_scope: [
    'forbidden',
    'grant the app chat:write and channels:history (private channel: groups:history; channel by name: channels:read, groups:read; buttons: users:read; another name or icon: chat:write.customize), then install it again',
  ],
  ...all('restricted_action restricted_action_read_only_channel restricted_action_non_threadable_channel', [
    'forbidden',
    FORBIDDEN,
  ]),
  ...all('restricted_action_thread_only_channel restricted_action_thread_locked', ['forbidden', FORBIDDEN]),
  ...all('action_prohibited posting_to_general_channel_denied', ['forbidden', FORBIDDEN]),
  ...all('message_not_found thread_not_found', ['not_found', GONE_TODO]),
  cant_update_message: ['forbidden', 'the message belongs to someone else'],
  edit_window_closed: ['rejected', 'the workspace forbids edits of messages this old'],
  ...all('msg_too_long no_text invalid_blocks invalid_blocks_format invalid_arguments too_many_attachments', [
    'rejected',
    CONTENT,
  ]),
  ...all(
    'metadata_too_large invalid_metadata_format invalid_metadata_schema metadata_must_be_sent_from_app',
    ['rejected', CONTENT],
  ),
  ...all('messages_tab_disabled user_not_found', [
    'not_found',
    'a channel is told, not a person: give its id (C…)',
  ]),
  ...all('invalid_payload', ['rejected', CONTENT]),
  ...all('no_service no_service_id no_active_hooks no_team team_disabled invalid_token', ['not_found', HOOK]),
  ...all('ratelimited rate_limited message_limit_exceeded', ['rate_limited', LIMITED]),
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

/** What an incoming webhook said, when it is an error that is known. */
export function webhookRefusal(code: string): Failure | undefined {
  return Object.hasOwn(ANSWERS, code) ? new SlackRefusal(code) : undefined;
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
