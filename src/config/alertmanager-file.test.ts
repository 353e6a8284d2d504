import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stringify } from 'yaml';
import { Failure } from '../model/failure.ts';
import { loadConfig } from './load-config.ts';
import { maskSecrets } from './mask.ts';
import { toFileForm, type Config } from './schema.ts';

const FILES: Readonly<Record<string, string>> = {
  '/etc/octowatch/smtp-password': 'S3CRET\n',
  '/etc/octowatch/hook': 'https://hooks.example/S3CRET',
  '/etc/octowatch/ca.pem': '-----BEGIN CERTIFICATE-----',
};

function load(text: string): Config {
  return loadConfig('/etc/octowatch/octowatch.yml', text, {
    env: {},
    readFile(path) {
      const content = FILES[path];
      if (content === undefined) throw new Error(`ENOENT: no such file, open '${path}'`);
      return content;
    },
  });
}

/** As an Alertmanager has it: every part of the language of routes, older forms and empty keys included. */
const WHOLE = `
global:
  resolve_timeout: 5m
  pagerduty_url: https://events.eu.pagerduty.com/v2/enqueue
templates:
route:
  receiver: desk
  group_by: ['...']
  group_wait: 30s
  group_interval: 5m
  repeat_interval: 3h
  routes:
    - receiver: oncall
      matchers: [severity="page", team=~"web|db"]
      group_by: []
      continue: true
      mute_time_intervals: [nights]
      routes:
        - match: { cluster: 7, canary: true }
          match_re: { service: ^(foo1|foo2|baz)$ }
          active_time_intervals: [office]
    - receiver: blackhole
      matchers: [ 'alertname = Watchdog' ]
inhibit_rules:
  - source_match: { severity: page }
    target_match_re: { severity: ticket|log }
    equal: [alertname, tenant]
  - name: down
    source_matchers: [alertname="OctopusDown"]
    target_matchers: [alertname!="OctopusDown", severity=~"ticket|log"]
mute_time_intervals:
  - name: nights
    time_intervals: [{ times: [{ start_time: 22:00, end_time: '24:00' }], location: Australia/Sydney }]
time_intervals:
  - name: office
    time_intervals:
      - { weekdays: ['monday:friday'], days_of_month: [1, -3:-1], months: ['1:3', december], years: [2026] }
receivers:
  - name: desk
    webhook_configs: [{ url: http://desk.example/hook }]
  - name: oncall
    pagerduty_configs: [{ routing_key: S3CRET }, { routing_key: S3CRET, url: http://own.example }]
  - name: blackhole
`;

test('the language of Alertmanager loads: routes, inhibition, intervals, older forms, empty keys', () => {
  const { route, inhibit_rules, time_intervals, mute_time_intervals, templates } = load(WHOLE);
  assert.deepEqual(templates, []);
  assert.deepEqual(route?.group_by, ['...']);
  assert.deepEqual(route.routes[0]?.group_by, []);
  assert.deepEqual(route.routes[0].mute_time_intervals, ['nights']);
  assert.deepEqual(route.routes[0].routes[0]?.match, { cluster: '7', canary: 'true' });
  assert.deepEqual(inhibit_rules[0]?.target_match_re, { severity: 'ticket|log' });
  assert.deepEqual(mute_time_intervals[0]?.time_intervals[0]?.times, [
    { start_time: '22:00', end_time: '24:00' },
  ]);
  assert.deepEqual(time_intervals[0]?.time_intervals[0]?.days_of_month, ['1', '-3:-1']);
});

test('what global says stands in each receiver that does not say it', () => {
  const [, oncall] = load(WHOLE).receivers;
  assert.deepEqual(
    oncall?.pagerduty_configs.map(({ url }) => url),
    ['https://events.eu.pagerduty.com/v2/enqueue', 'http://own.example'],
  );
});

test('how HTTP services are asked holds for Alertmanagers that are forwarded to, too', () => {
  const [receiver] = load(`global: { http_config: { bearer_token: t } }
route: { receiver: a }
receivers: [{ name: a, alertmanager_configs: [{ urls: [http://b] }, { urls: [http://b], http_config: {} }] }]`).receivers;
  assert.deepEqual(
    receiver?.alertmanager_configs.map(({ http_config }) => http_config?.bearer_token),
    ['t', undefined],
  );
});

test('a file in Alertmanager’s form, written out again, loads as itself', () => {
  const config = load(WHOLE);
  assert.deepEqual(load(stringify(toFileForm(config))), config);
});

test('files stand for the secrets they hold, and are masked as those', () => {
  const config = load(`
global:
  smtp_auth_password_file: smtp-password
  smtp_tls_config: { ca_file: ca.pem }
  smtp_hello: ''
route: { receiver: desk }
receivers: [{ name: desk, webhook_configs: [{ url_file: hook }] }]`);
  assert.equal(config.global.smtp_auth_password, 'S3CRET');
  assert.equal(config.global.smtp_tls_config?.ca, '-----BEGIN CERTIFICATE-----');
  assert.equal(config.global.smtp_hello, undefined);
  assert.equal(config.receivers[0]?.webhook_configs[0]?.url, 'https://hooks.example/S3CRET');
  assert.doesNotMatch(JSON.stringify(maskSecrets(config)), /S3CRET/);
});

const refused: [name: string, text: string, message: string][] = [
  [
    'an integration that octowatch has not',
    'route: { receiver: a }\nreceivers:\n  - name: a\n    telegram_configs: [{ token: S3CRET, id: 1 }]',
    [
      '/etc/octowatch/octowatch.yml:4:5: telegram_configs is not supported: octowatch does not tell it: leave it to an ' +
        'Alertmanager and forward to that by alertmanager_configs, or use webhook_configs',
      '      telegram_configs: ** ****** ******* *** * **',
      '      ^',
    ].join('\n'),
  ],
  [
    'global keys of one',
    'global: { opsgenie_api_url: http://a }',
    ':1:11: opsgenie_api_url is not supported: there are no opsgenie_configs',
  ],
  ['a global key that nobody knows', 'global: { smtp_form: a }', ':1:11: unknown key "smtp_form"'],
  [
    'labels of a route',
    'route: { receiver: a, routes: [{ labels: { a: b } }] }',
    ':1:34: labels is not supported: octowatch has no labels',
  ],
  [
    'its own telemetry',
    'tracing: { endpoint: a }',
    ':1:1: tracing is not supported: octowatch sends its own',
  ],
  [
    'a proxy',
    'global: { http_config: { proxy_url: http://p } }',
    ':1:26: proxy_url is not supported: octowatch goes there directly',
  ],
  [
    'TLS versions',
    'global: { http_config: { tls_config: { min_version: TLS13 } } }',
    ':1:40: min_version is not supported: TLS 1.2',
  ],
  [
    'two ways into Slack',
    'global: { slack_api_url: http://a, slack_app_token: b }',
    ':1:36: slack_api_url or slack_app_token, not both',
  ],
  [
    'an integration whose secret is not there',
    'receivers: [{ name: a, sns_configs: [{ api_key_file: nope }] }]',
    ':1:24: sns_configs is not supported',
  ],
  [
    'redirects',
    'global: { http_config: { follow_redirects: true } }',
    ':1:26: octowatch follows no redirect',
  ],
  [
    'two ways to say who asks',
    'global: { http_config: { bearer_token: a, basic_auth: { username: b } } }',
    ':1:11: one of basic_auth, authorization and bearer_token',
  ],
  [
    'half a certificate',
    'global: { smtp_tls_config: { cert_file: ca.pem } }',
    ':1:11: cert and key belong together',
  ],
  [
    'files of headers',
    'global: { http_config: { http_headers: { X-A: { files: [a] } } } }',
    ':1:49: files is not supported: octowatch reads no',
  ],
  ['a route without a receiver', 'route: { group_wait: 5s }', ':1:1: the root route needs a receiver'],
  [
    'matchers of the root',
    'route: { receiver: a, match: { a: b } }\nreceivers: [{ name: a }]',
    ':1:23: the root route takes every alert: move match to a child',
  ],
  [
    'intervals of the root',
    'route: { receiver: a, mute_time_intervals: [n] }\nreceivers: [{ name: a }]\ntime_intervals: [{ name: n }]',
    ':1:23: the root route takes every alert',
  ],
  [
    'a root that continues',
    'route: { receiver: a, continue: true }\nreceivers: [{ name: a }]',
    ':1:23: the root route has no siblings',
  ],
  ['a label twice', 'route: { receiver: a, group_by: [b, b] }', ':1:23: the same label twice'],
  ['all labels and one', "route: { receiver: a, group_by: ['...', b] }", ":1:23: '...' is all labels"],
  ['no interval', 'route: { receiver: a, group_interval: 0s }', ':1:23: write a duration from'],
  ['no repetition', 'route: { receiver: a, repeat_interval: 0s }', ':1:23: write a duration above 0'],
  ['a label without a value', 'route: { receiver: a, routes: [{ match_re: { b: } }] }', ':1:46: '],
  ['a version as a number', 'route: { receiver: a, routes: [{ match: { version: 1.10 } }] }', ':1:43: '],
  [
    'a receiver nearly named',
    'route: { receiver: oncal }\nreceivers: [{ name: oncall }]',
    ':1:10: no receiver is named oncal: did you mean oncall?',
  ],
  [
    'an interval that is not there',
    'route: { receiver: a, routes: [{ mute_time_intervals: [n] }] }\nreceivers: [{ name: a }]',
    ':1:56: no time interval is named n',
  ],
  [
    'an interval in both lists',
    'time_intervals: [{ name: n }]\nmute_time_intervals: [{ name: n }]',
    ':1:20: time interval n is listed twice',
  ],
  ['an interval without a name', 'time_intervals: [{ time_intervals: [] }]', ':1:18: '],
  ['an unknown fallback', 'on_call: { fallback: { receiver: b } }', ':1:24: no receiver is named b'],
  [
    'a fallback to itself',
    'route: { receiver: a }\nreceivers: [{ name: a }]\non_call: { fallback: { receiver: a } }',
    ':3:24: every route leads to a: it cannot stand in for itself',
  ],
  ['a report to nobody', 'report: { receivers: [b] }', ':1:23: no receiver is named b'],
  ['a file that is not there', 'global: { slack_api_url_file: nope }', ':1:11: cannot read the file: ENOENT'],
];

for (const [name, text, message] of refused)
  test(`refused with its place: ${name}`, () => {
    assert.throws(
      () => load(text),
      (error: unknown) => {
        assert.ok(error instanceof Failure && error.reason === 'invalid');
        assert.ok(error.message.includes(message), error.message);
        assert.doesNotMatch(error.message, /S3CRET/);
        return true;
      },
    );
  });
