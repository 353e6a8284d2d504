const FORWARD =
  'octowatch does not tell it: leave it to an Alertmanager and forward to that by alertmanager_configs, or use webhook_configs';
const IN_RULES = 'octowatch has no labels of its own for this: give labels to the rules';
const EVENTS_V1 =
  'it is of the Events API v1: add an Events API v2 integration to the service and give its routing_key';
const DIRECT = 'octowatch goes there directly';

/** Alertmanager 0.34's integrations that octowatch has not. */
const INTEGRATIONS = [
  'discord',
  'incidentio',
  'jira',
  'mattermost',
  'msteams',
  'msteamsv2',
  'opsgenie',
  'pushover',
  'rocketchat',
  'sns',
  'telegram',
  'victorops',
  'webex',
  'wechat',
];

const GLOBAL_OF = new RegExp(`^(${INTEGRATIONS.join('|')})_`);

/** What Alertmanager 0.34 knows and octowatch refuses, by the key above it (none at the top): what to do instead. */
const REFUSED: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': {
    tracing: 'octowatch sends its own traces by telemetry',
    event_recorder: 'octowatch keeps what it told and why in its journal: see the page of incidents',
  },
  route: { labels: IN_RULES },
  routes: { labels: IN_RULES },
  receivers: {
    labels: IN_RULES,
    ...Object.fromEntries(INTEGRATIONS.map((name) => [`${name}_configs`, FORWARD])),
  },
  pagerduty_configs: { service_key: EVENTS_V1, service_key_file: EVENTS_V1 },
  webhook_configs: { payload: 'its form is that of Alertmanager, version 4, which receivers know' },
  email_configs: { threading: 'the mails of an incident are one thread as they are: leave it out' },
  http_config: {
    oauth2: 'octowatch asks nobody for a token: use authorization with one that lasts',
    proxy_url: DIRECT,
    no_proxy: DIRECT,
    proxy_from_environment: DIRECT,
    proxy_connect_header: DIRECT,
  },
  tls_config: versions(),
  smtp_tls_config: versions(),
};

/** Why a key that Alertmanager knows is refused; undefined for one that nobody knows. */
export function refusalOf(path: readonly PropertyKey[]): string | undefined {
  const [key, parent = ''] = path.filter((part) => typeof part === 'string').toReversed();
  if (key === undefined) return undefined;
  const [, service] = GLOBAL_OF.exec(parent === 'global' ? key : '') ?? [];
  if (service !== undefined) return `${key} is not supported: there are no ${service}_configs`;
  const advice = isHeader(path)
    ? 'octowatch reads no files of header values: use secrets'
    : REFUSED[parent]?.[key];
  return advice === undefined ? undefined : `${key} is not supported: ${advice}`;
}

function isHeader(path: readonly PropertyKey[]): boolean {
  return path.at(-1) === 'files' && path.at(-3) === 'http_headers';
}

function versions(): Readonly<Record<string, string>> {
  const advice = 'TLS 1.2 and 1.3 are spoken: leave it out';
  return { min_version: advice, max_version: advice };
}
