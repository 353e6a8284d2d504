import { LINE_COLLECTORS } from '../../src/config/instance.ts';

/**
 * What each key means, by its path; `[]` is any item of a list, `*` any name. A description in the schema comes before
 * the one here. The generator refuses a key without a meaning, and a meaning without a key.
 */
export const MEANINGS: Readonly<Record<string, string>> = {
  data_dir:
    'Folder the agent owns: journal, spool, head log, history of series, embedded store, token. Relative to the working directory.',
  role: '`standalone` collects, judges and serves in one process; an `edge` only collects, ships and shows its samples at `/metrics?fleet=1`.',
  namespace: 'The environment (`prod`, `staging`), never a tenant; the end of stream names.',
  'web.listen':
    'Address of the page and the APIs. Off loopback, everything but `/-/healthy` and `/-/ready` needs the token.',
  'web.external_url':
    'How people reach the page; its host name is answered, and links in messages begin with it.',
  'fleet.instances': 'The instances to watch.',
  'fleet.instances[].tenant': 'Stable id of the tenant; never its host name, URL or region.',
  'fleet.instances[].url': 'Base URL of the Octopus server; without it, nothing is polled.',
  'fleet.instances[].api_key': 'API key of a service account; needed with `url`.',
  'fleet.instances[].info':
    'What may change in a life: `region`, `plan`, `cloud`, `cluster`, `node`, `database_server`, `customer` become labels of `octopus_instance_info`.',
  'fleet.instances[].time_zone': 'IANA zone of log stamps without one.',
  'collectors.prefer': 'Which source is believed for a fact that several report, best first.',
  'collectors.octopus-api.timeout': 'How long one request may take.',
  'collectors.octopus-api.requests_per_minute':
    'Budget of requests per instance; the ping and remedies are outside of it.',
  ...Object.fromEntries(
    LINE_COLLECTORS.flatMap((name) => [
      [`collectors.${name}.enabled`, 'Whether files of this kind are read.'],
      [
        `collectors.${name}.read_from`,
        'Where a file found at the very first start is read from; `beginning` goes to the store only, not to rules.',
      ],
    ]),
  ),
  'collectors.legacy-metrics.format':
    'What a line is: a JSON object, `name=value` pairs, or what `pattern` finds.',
  'collectors.legacy-metrics.pattern':
    'RE2 with named groups such as `(?P<timestamp>\\S+)`, for the format `pattern`.',
  'collectors.legacy-metrics.fields': 'Names of fields in the file, where they are not the usual ones.',
  'collectors.legacy-metrics.duration_unit': 'Unit of durations that are plain numbers.',
  'spool.max_bytes': 'What may wait on disk for the store.',
  'spool.policy': 'When full: `block` lets reading wait, `drop_oldest` drops and counts.',
  'store.elasticsearch.nodes':
    'Addresses of the cluster, 8.11 or newer. Without this block history is kept in `data_dir`.',
  'store.elasticsearch.api_key': 'API key; comes before user name and password.',
  'store.elasticsearch.username': 'User name, with `password`.',
  'store.elasticsearch.password': 'Password, with `username`.',
  'store.elasticsearch.ca_file': 'PEM file of the authority that signed the certificates of the cluster.',
  'store.elasticsearch.events_retention': 'How long event streams keep documents.',
  'store.elasticsearch.metrics_retention': 'How long gauge streams keep documents.',
  'store.elasticsearch.time_series':
    'Whether gauges go to time-series streams; `false` for servers that cannot.',
  'store.embedded.retention': 'How long the embedded store keeps events.',
  'history.keep':
    'How long series are kept on the local disk, whatever the store: for queries beyond the window of the rules, and for backtests. Damaged files go after that time too. A sample that reaches the agent more than 2 minutes late is seen by rules, but is not in history.',
  'history.max_bytes':
    'What these files may take; the oldest go first. Without it, only `history.keep` bounds them.',
  'rules.files':
    'Globs of rule files; `pack:NAME` ships with octowatch, and `pack:*` is all that do: rules of what no collector reads find nothing, and cost nothing. A glob that names no file is an error.',
  'rules.interval': 'How often rules are evaluated where their group does not say.',
  'rules.hold_for': 'How long an alert keeps its state while the data behind it is missing.',
  external_labels: 'Labels of this agent, for templates of rules.',
  'global.resolve_timeout':
    "Accepted, as Alertmanager's files have it, and not used: octowatch's own alerts say when they end.",
  'global.pagerduty_url': '`url` of `pagerduty_configs` that have none.',
  'global.slack_api_url': '`api_url` of `slack_configs` that have neither that nor a token.',
  'global.slack_app_token':
    '`app_token` of `slack_configs` that have neither that nor a `bot_token` or an `api_url`.',
  'global.slack_app_url': '`app_url` of `slack_configs` that have none.',
  'global.smtp_from': '`from` of `email_configs` that have none; so are the others that begin with `smtp_`.',
  'global.smtp_smarthost': 'Mail server, `host:port`.',
  'global.smtp_hello': 'Host name to say to the mail server.',
  'global.smtp_auth_username': 'User name at the mail server.',
  'global.smtp_auth_password': 'Password at the mail server.',
  'global.smtp_auth_secret': 'Secret of CRAM-MD5.',
  'global.smtp_auth_identity': 'Identity of PLAIN.',
  'global.smtp_require_tls': 'Whether mail is sent over TLS only.',
  'global.smtp_force_implicit_tls': 'Whether TLS is spoken from the first byte on, whatever the port.',
  templates:
    'Files of notification templates, globs relative to the configuration file: what they `define` is there for the templated fields of receivers.',
  route:
    'The root of the routing tree; it needs a `receiver`. Without a route alerts are shown on the page and reach nobody.',
  'route.receiver': 'Receiver of alerts that no child takes; inherited.',
  'route.group_by':
    'Labels that make one incident; `...` means all. Inherited; `[alertname, tenant]` by default.',
  'route.group_wait':
    'How long the first message of an incident waits for more alerts. Inherited; `30s` by default.',
  'route.group_interval': 'How often a changed incident is told again. Inherited; `5m` by default.',
  'route.repeat_interval': 'How often an unchanged incident is told again. Inherited; `4h` by default.',
  'route.matchers': 'Which alerts take this route: `severity="page"`, `tenant=~"a|b"`.',
  'route.match': 'Labels that must be equal (older form of `matchers`).',
  'route.match_re': 'Labels that must match a regular expression (older form of `matchers`).',
  'route.continue': 'Whether later siblings are asked too after this route took an alert.',
  'route.mute_time_intervals':
    'Names of time intervals in which nothing is told on this route. Not of the root.',
  'route.active_time_intervals':
    'Names of time intervals outside of which nothing is told on this route. Not of the root.',
  'route.routes': 'Children, each a route like this one; the first that matches takes the alert.',
  inhibit_rules: 'Which alerts keep others from being told while they fire.',
  'inhibit_rules[].name': 'For people.',
  'inhibit_rules[].source_matchers': 'Which alerts inhibit.',
  'inhibit_rules[].source_match': 'Labels of theirs that must be equal (older form).',
  'inhibit_rules[].source_match_re': 'Labels of theirs that must match a regular expression (older form).',
  'inhibit_rules[].target_matchers': 'Which alerts are inhibited.',
  'inhibit_rules[].target_match': 'Labels of theirs that must be equal (older form).',
  'inhibit_rules[].target_match_re': 'Labels of theirs that must match a regular expression (older form).',
  'inhibit_rules[].equal': 'Labels that must have the same value in both; one that is missing is empty.',
  time_intervals: 'Times that routes name.',
  mute_time_intervals: 'The same, under its older name.',
  receivers: 'Who is told.',
  'receivers[].name': 'Name that routes use.',
  'receivers[].pagerduty_configs': 'PagerDuty services; told of pages only.',
  'receivers[].pagerduty_configs[].routing_key': 'Integration key of an Events API v2 integration.',
  'receivers[].slack_configs': 'Slack channels.',
  'receivers[].slack_configs[].channel': 'Channel, by name or id; the bot must be in it.',
  'receivers[].slack_configs[].bot_token': 'Token of the bot (`xoxb-…`).',
  'receivers[].slack_configs[].api_url': 'Another address than the public one: a proxy, a test.',
  'receivers[].webhook_configs': "Webhooks in Alertmanager's format, version 4.",
  'receivers[].email_configs': 'E-mail addresses.',
  'receivers[].alertmanager_configs': 'Alertmanagers to which alerts are forwarded.',
  'receivers[].console_configs': 'Lines on stdout: for a first try, and for the demo.',
  'on_call.fallback.receiver': 'The receiver that is told when one cannot be reached.',
  'on_call.fallback.after':
    'How long a receiver may be unreachable before the fallback is told; what it refuses for good is told at once.',
  'on_call.watchdog.ping_url':
    "A dead-man's switch outside: it alarms somebody when no heartbeat comes any more. The heartbeat takes the way of an alert, from a rule to the sender.",
  'on_call.watchdog.interval': 'How often the heartbeat is sent.',
  'on_call.watchdog.method': 'How it is sent.',
  'on_call.storm.enabled': 'Whether many tenants with the same trouble are told as one incident.',
  'on_call.storm.min_tenants': 'So many tenants with a page at one receiver at once are a storm.',
  'on_call.storm.min_lift':
    'How many times as common among the victims as among all tenants something must be, to be named as what they share.',
  'on_call.storm.min_share': 'The share of the victims that must have it in common, 0 to 1.',
  'on_call.storm.settle':
    'How long a storm stays one incident after it has become small; when nobody is left of it, half of that.',
  'on_call.flapping.enabled':
    'Whether an incident that begins and ends again and again is told as one that flaps.',
  'on_call.flapping.changes': 'So many ends within `within` are flapping.',
  'on_call.flapping.within': 'The time in which they are counted.',
  'on_call.flapping.settle': 'How long nothing must fire before an incident that flaps ends.',
  'on_call.rate_limit.enabled': 'Whether a receiver gets a summary instead of more incidents than it bears.',
  'on_call.rate_limit.incidents':
    'So many new incidents in `per` at one receiver; what is more is told in one summary.',
  'on_call.rate_limit.per': 'The time in which they are counted.',
  'on_call.budget.per_week': 'Pages a week and team before the noisiest rules are named.',
  'on_call.budget.per_shift': 'Pages in one shift before the noisiest rules are named.',
  'on_call.budget.shift': 'How long a shift is.',
  'on_call.budget.team_label':
    'The label of an alert that says whose page it is; without it all are one team.',
  'on_call.office_hours.days': 'Days of work: a page at another time is out of hours.',
  'on_call.office_hours.from': 'When work begins.',
  'on_call.office_hours.to': 'When it ends.',
  'on_call.office_hours.time_zone': 'Where: an IANA name.',
  'on_call.retry_for':
    'How long a notification is tried again. What has not arrived by then is counted and shown as lost.',
  'on_call.receive_alerts': 'Whether others may post alerts to `/api/v2/alerts`, with the token.',
  'report.cron': 'When the weekly report is sent, as cron has it; not at all without receivers.',
  'report.time_zone': 'Of `cron` and of the report: an IANA name.',
  'report.receivers':
    'Receivers that get it: their Slack channels, e-mail addresses, webhooks, and the console.',
  'report.html_file': 'Where it is written as HTML as well.',
  'report.url': 'Where its links lead to, instead of `web.external_url`.',
  'heal.armed': 'Remedies that may act; all others only plan.',
  'heal.suggest': 'Remedies that a person may have run, from Slack for one, without their being armed.',
  'heal.page_after': 'How long a page is held while an armed remedy works.',
  'heal.verify_within': 'How long the alert may take to resolve after the remedy was applied.',
  'heal.budget.per_tenant_hour': 'Actions on one tenant in an hour.',
  'heal.budget.per_hour': 'Actions on all tenants in an hour.',
  'heal.budget.per_day': 'Actions on all tenants in a day.',
  'heal.cooldown': 'Least time between two actions on one tenant.',
  'heal.storm_tenants':
    'More tenants than this with the same alert at once have a shared cause: it pages and does not act.',
  'heal.octopus-task-cancel.min_age': 'A task younger than this is not taken to be stuck.',
  'redact.shapes':
    'Whether API keys, tokens, passwords in connection strings and other known forms are taken out of what is read.',
  'redact.values':
    'Secrets whatever they look like; a text or a file has one value a line, `#` begins a comment. Each has at least 6 bytes; one of 8 and more is found anywhere, a shorter one, as the passwords of this file, as a whole word only.',
  'telemetry.otlp.endpoint':
    'Base URL of an OTLP receiver: traces of polls, rules, notifications, heals and deliveries go to `/v1/traces`, the metrics of the agent to `/v1/metrics`. Without this block nothing of OpenTelemetry is even loaded.',
  'telemetry.otlp.protocol': 'The form of what is sent.',
  'telemetry.otlp.headers': 'HTTP headers that the receiver asks for, one `Name: value` a line.',
  'telemetry.otlp.timeout': 'How long one export may take, its retries included.',
  'telemetry.traces.sample_ratio': 'The share of spans that is sent, 0 to 1.',
  'telemetry.metrics.interval': 'How often metrics are sent.',
  'log.level': "Least level of the agent's own log, on stderr.",
};
