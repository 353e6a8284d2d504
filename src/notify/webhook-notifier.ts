import type { Notifier } from '../model/incident.ts';
import type { Messenger } from '../model/messenger.ts';
import { signedHeaders } from '../model/signed-headers.ts';
import type { NotifyDependencies } from './dependencies.ts';
import { failureOf, urlSecrets, type Advice } from './http-answer.ts';
import { httpConfigSecrets, timeoutOf, withHttpConfig, type HttpOptions } from './http-config.ts';
import { webhookBody } from './webhook-body.ts';

const TIMEOUT_MS = 8000;
const ADVICE: Advice = {
  unauthorized: 'check http_config or bearer_token',
  not_found: 'check the url',
  too_large: 'set max_alerts',
};

export interface WebhookOptions extends HttpOptions {
  readonly url: string;
  readonly bearer_token?: string | undefined;
  readonly signing_key?: string | undefined;
  readonly max_alerts?: number | undefined;
}

/** Posts JSON; it arrives once for each key, as far as the other side looks at `Idempotency-Key`. @throws Failure */
type Post = (body: object, idempotencyKey: string, signal: AbortSignal) => Promise<void>;

/**
 * Alertmanager's webhook (prometheus.io, Alertmanager configuration, `<webhook_config>`), with an `Idempotency-Key` that
 * is equal for a repeated attempt. A redirect is refused: what is signed for one address is not for another.
 */
export function createWebhookNotifier(options: WebhookOptions, dependencies: NotifyDependencies): Notifier {
  const post = createPost(options, dependencies);
  return {
    showsHealing: false,
    async notify(incident, signal) {
      await post(webhookBody(incident, options.max_alerts), incident.sequence, signal);
      return {};
    },
  };
}

/** Posts `json` of a message. */
export function createWebhookMessenger(options: WebhookOptions, dependencies: NotifyDependencies): Messenger {
  const post = createPost(options, dependencies);
  return {
    kind: 'webhook',
    send: ({ id, subject, json }, signal) => post({ octowatch: { message: id, subject, json } }, id, signal),
  };
}

function createPost(options: WebhookOptions, { http, clock }: NotifyDependencies): Post {
  const { url, bearer_token: token, signing_key: key, http_config } = options;
  const configured = withHttpConfig(http, http_config);
  const secrets = [token ?? '', key ?? '', ...httpConfigSecrets(http_config), ...urlSecrets(url)];
  return async (json, idempotencyKey, signal) => {
    const body = JSON.stringify(json);
    const response = await configured({
      url,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'octowatch',
        'idempotency-key': idempotencyKey,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(key === undefined ? {} : signedHeaders(key, body, clock.now())),
      },
      body,
      timeoutMs: timeoutOf(options, TIMEOUT_MS),
      signal,
    });
    const failure = failureOf('the webhook', response, secrets, ADVICE);
    if (failure !== undefined) throw failure;
  };
}
