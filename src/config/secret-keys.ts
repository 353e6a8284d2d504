/**
 * Keys that hold secrets (`values`: of `redact`, `headers`: of `telemetry.otlp`); each has a `_file` twin, and each is
 * masked when shown.
 */
export const SECRET_KEYS: ReadonlySet<string> = new Set([
  'api_key',
  'password',
  'routing_key',
  'service_key',
  'bot_token',
  'app_token',
  'bearer_token',
  'credentials',
  'client_secret',
  'access_key_id',
  'secret_access_key',
  'session_token',
  'auth_password',
  'auth_secret',
  'smtp_auth_password',
  'smtp_auth_secret',
  'slack_api_url',
  'slack_app_token',
  'values',
  'secrets',
  'headers',
  'signing_key',
  'rest_token',
  'ping_url',
]);

/** URLs that are secrets in themselves, by the list they stand in: whoever knows one may post to it. */
const SECRET_URLS: Readonly<Record<string, string>> = { url: 'webhook_configs', api_url: 'slack_configs' };

/** Texts that are given as files by custom: of `tls_config`, in what Alertmanager's configuration has. */
const PEM_KEYS: ReadonlySet<PropertyKey> = new Set(['ca', 'cert', 'key']);

/** User name and password of a URL, with the slashes before. */
export const URL_CREDENTIALS = /\/\/[^/@\s]+@/g;

/** Whether a key below others holds a secret. @param above the keys above it, outermost first */
export function isSecret(key: string, above: readonly PropertyKey[]): boolean {
  // Headers that anybody may see are texts by their names.
  if (key === 'values' && above.includes('http_headers')) return false;
  if (key === 'headers' && above.includes('email_configs')) return false;
  return SECRET_KEYS.has(key) || (key === 'key' && isTls(above.at(-1)));
}

/** Whether a key below others holds a URL whose path is a secret. */
export function isSecretUrl(key: string, above: readonly PropertyKey[]): boolean {
  const list = SECRET_URLS[key];
  return list !== undefined && above.includes(list);
}

/** Whether `<key>_file` below these keys is the path of a file with what `key` would hold. */
export function hasFileTwin(key: string, above: readonly PropertyKey[]): boolean {
  if (isSecret(key, above) || isSecretUrl(key, above)) return true;
  return PEM_KEYS.has(key) && isTls(above.at(-1)) && (above[0] === 'global' || above[0] === 'receivers');
}

function isTls(key: PropertyKey | undefined): boolean {
  return key === 'tls_config' || key === 'smtp_tls_config';
}
