/** What a receiver's integration takes from `global` where it says nothing, by its own key. */
const INHERITED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  email_configs: {
    from: 'smtp_from',
    smarthost: 'smtp_smarthost',
    hello: 'smtp_hello',
    auth_username: 'smtp_auth_username',
    auth_password: 'smtp_auth_password',
    auth_secret: 'smtp_auth_secret',
    auth_identity: 'smtp_auth_identity',
    require_tls: 'smtp_require_tls',
    force_implicit_tls: 'smtp_force_implicit_tls',
    tls_config: 'smtp_tls_config',
  },
  pagerduty_configs: { url: 'pagerduty_url', http_config: 'http_config' },
  slack_configs: {
    app_token: 'slack_app_token',
    app_url: 'slack_app_url',
    api_url: 'slack_api_url',
    http_config: 'http_config',
  },
  webhook_configs: { http_config: 'http_config' },
  alertmanager_configs: { http_config: 'http_config' },
};

/** Where an integration says one of these itself, it does not take the key: they are ways to the same end. */
const UNLESS: Readonly<Record<string, readonly string[]>> = {
  auth_password: ['auth_secret'],
  auth_secret: ['auth_password'],
  app_token: ['bot_token', 'api_url'],
  api_url: ['bot_token', 'app_token'],
};

/** In these a name without a value is a mistake, not an absence. */
const LABEL_MAPS = /^(?:source_|target_)?match(?:_re)?$/;

const ALERTING = ['global', 'templates', 'route', 'inhibit_rules', 'time_intervals', 'receivers'];

type Raw = Readonly<Record<string, unknown>>;

/**
 * A configuration as it was written, with the keys of Alertmanager that have no value left out, as there, and what
 * `global` says put into the receivers that do not say it.
 */
export function inheritGlobal(config: unknown): unknown {
  if (!isRaw(config)) return config;
  const written = { ...config };
  for (const key of [...ALERTING, 'mute_time_intervals']) {
    if (written[key] === null) delete written[key];
    else if (key in written) written[key] = withoutEmpty(written[key]);
  }
  const global = isRaw(written['global']) ? withoutEmptyTexts(written['global']) : undefined;
  if (global === undefined) return written;
  const receivers = written['receivers'];
  return {
    ...written,
    global,
    ...(Array.isArray(receivers) ? { receivers: receivers.map((each) => filled(each, global)) } : {}),
  };
}

function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmpty);
  if (!isRaw(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, child]) => child !== null)
      .map(([key, child]) => [key, LABEL_MAPS.test(key) ? child : withoutEmpty(child)]),
  );
}

function withoutEmptyTexts(global: Raw): Raw {
  return Object.fromEntries(Object.entries(global).filter(([, value]) => value !== ''));
}

function filled(receiver: unknown, global: Raw): unknown {
  if (!isRaw(receiver)) return receiver;
  return Object.fromEntries(
    Object.entries(receiver).map(([kind, configs]) => {
      const keys = INHERITED[kind];
      if (keys === undefined || !Array.isArray(configs)) return [kind, configs];
      return [kind, configs.map((config) => (isRaw(config) ? withGlobal(config, keys, global) : config))];
    }),
  );
}

function withGlobal(config: Raw, keys: Readonly<Record<string, string>>, global: Raw): Raw {
  const taken = Object.entries(keys).filter(
    ([own, key]) =>
      global[key] !== undefined &&
      config[own] === undefined &&
      !(UNLESS[own] ?? []).some((other) => config[other] !== undefined) &&
      !(own === 'app_token' && saysWhoAsks(config['http_config'])),
  );
  return { ...config, ...Object.fromEntries(taken.map(([own, key]) => [own, global[key]])) };
}

/** A bot's token is what Slack is asked with: the one of `global` does not come before a receiver's own. */
function saysWhoAsks(httpConfig: unknown): boolean {
  return isRaw(httpConfig) && httpConfig['authorization'] !== undefined;
}

function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
