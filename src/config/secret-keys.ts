/**
 * Keys that hold secrets (`values`: of `redact`, `headers`: of `telemetry.otlp`); each has a `_file` twin, and each is
 * masked when shown.
 */
export const SECRET_KEYS: ReadonlySet<string> = new Set([
  'api_key',
  'password',
  'routing_key',
  'bot_token',
  'bearer_token',
  'client_secret',
  'access_key_id',
  'secret_access_key',
  'session_token',
  'values',
  'headers',
  'signing_key',
  'ping_url',
]);

/** The list whose `url`s are secrets in themselves: whoever knows one may post to it. */
export const SECRET_URLS = 'webhook_configs';

/** User name and password of a URL, with the slashes before. */
export const URL_CREDENTIALS = /\/\/[^/@\s]+@/g;
