import { Failure } from '../model/failure.ts';
import type { Incident, Notifier } from '../model/incident.ts';
import type { Http } from '../model/ports.ts';
import type { NotifyDependencies } from './dependencies.ts';
import { createFill, type Fill } from './fill-template.ts';
import { failureOf, urlSecrets } from './http-answer.ts';
import { httpConfigSecrets, withHttpConfig } from './http-config.ts';
import { slackAttachment } from './slack-attachment.ts';
import { webhookRefusal } from './slack-errors.ts';
import { slackMessage } from './slack-message.ts';
import { hasOwnWords, posterOf, type SlackOptions } from './slack-options.ts';

const TIMEOUT_MS = 8000;
const READ = 4096;

/**
 * An incoming webhook (docs.slack.dev, Sending messages using incoming webhooks): each notification is a message of its
 * own, without edits, thread or buttons. It takes no idempotency key: one whose answer is lost may be there twice.
 */
export function createSlackWebhook(
  url: string,
  options: SlackOptions,
  dependencies: Pick<NotifyDependencies, 'http' | 'log' | 'metrics' | 'render'>,
): Notifier {
  const post = slackWebhookPost(url, options, dependencies.http);
  const fill = createFill('slack', dependencies);
  return {
    // What cannot be edited would stand there as `healing` for ever.
    showsHealing: false,
    async notify(incident, signal) {
      await post(bodyOf(incident, options, fill), signal);
      return {};
    },
  };
}

/** Posts the body of a message to an incoming webhook. @throws Failure */
export function slackWebhookPost(
  url: string,
  { http_config }: Pick<SlackOptions, 'http_config'>,
  plainHttp: Http,
): (body: object, signal: AbortSignal) => Promise<void> {
  const http = withHttpConfig(plainHttp, http_config);
  const secrets = [...urlSecrets(url), ...httpConfigSecrets(http_config)];
  return async (body, signal) => {
    const response = await http({
      url,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      timeoutMs: TIMEOUT_MS,
      signal,
    });
    const said = new TextDecoder().decode(response.body.subarray(0, READ)).trim();
    const failure = failureOf('Slack', response, secrets);
    if (failure !== undefined) throw webhookRefusal(said) ?? failure;
    const refusal = refusalIn(said);
    if (refusal !== undefined) throw refusal;
  };
}

function bodyOf(incident: Incident, options: SlackOptions, fill: Fill): object {
  const { channel } = options;
  const message = hasOwnWords(options) ? slackAttachment(incident, options, fill) : slackMessage(incident);
  return {
    ...(channel === undefined
      ? {}
      : { channel: fill(incident, { name: 'channel', template: channel, own: '' }) }),
    ...posterOf(incident, options, fill),
    ...message,
  };
}

/** An answer of 200 that says no: `ok` is yes, as is a JSON `ok: true` of the Web API. */
function refusalIn(said: string): Failure | undefined {
  if (said === 'ok') return undefined;
  const [, code] = /^\{.*"ok":\s*false.*"error":\s*"([\w.:-]{1,80})"/s.exec(said) ?? [];
  if (code !== undefined) return webhookRefusal(code) ?? new Failure('rejected', `Slack answered ${code}`);
  if (/^\{.*"ok":\s*true/s.test(said)) return undefined;
  return new Failure('malformed', 'Slack: the answer is not that of an incoming webhook, check api_url');
}
