import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { connect } from '../app/connect.ts';
import { registry } from '../app/registry.ts';
import { runHere, type Result } from './testing/run-here.ts';

const folder = mkdtempSync(join(tmpdir(), 'octowatch-routes-'));
after(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function check(...args: string[]): Promise<Result> {
  return runHere({ registry, connect, workingDirectory: folder }, ['check', ...args]);
}

write('words.tmpl', '{{ define "title" }}{{ template "__subject" . }} ({{ .GroupLabels.tenant }}){{ end }}');
write(
  'severities.yml',
  `route: { receiver: pager, routes: [{ receiver: both, matchers: [team="web"] }] }
receivers:
  - { name: pager, pagerduty_configs: [{ routing_key: S3CRET }], webhook_configs: [{ url: http://a.example, wakes: true }] }
  - { name: both, pagerduty_configs: [{ routing_key: S3CRET }], console_configs: [{}] }
`,
);
write(
  'alertmanager.yml',
  `templates: ['*.tmpl', 'later/*.tmpl']
route:
  receiver: desk
  group_by: ['...']
  routes:
    - receiver: oncall
      matchers: ['severity="page"', 'team=~"web|db"']
      group_by: [alertname, tenant]
      group_wait: 10s
      continue: true
      mute_time_intervals: [always]
      routes:
        - match: { region: eu }
          group_by: []
        - match: { region: us }
          receiver: blackhole
          active_time_intervals: [always]
          repeat_interval: 1d
    - match_re: { tenant: 'demo-.*' }
time_intervals: [{ name: always, time_intervals: [{ months: ['1:12'] }] }]
receivers:
  - name: desk
    console_configs: [{}, {}]
  - name: oncall
    pagerduty_configs: [{ routing_key: S3CRET, description: '{{ template "title" . }}' }]
    console_configs: [{}]
  - name: blackhole
`,
);

test('draws the tree of an Alertmanager configuration, each route with what it changes', async () => {
  assert.deepEqual(await check('routes', 'alertmanager.yml'), {
    code: 0,
    stdout: `every alert → desk (console ×2), an incident for each alert, waits 30s, changes every 5m, again every 4h
├─ {severity="page", team=~"web|db"} → oncall (pagerduty, console), an incident by alertname, tenant, waits 10s, muted in always, then the next too
│  ├─ {region="eu"} one incident for all
│  └─ {region="us"} → blackhole (tells nobody), again every 1d, active in always
└─ {tenant=~"demo-.*"} → as above
5 routes, 3 receivers, ok`,
    stderr: '',
  });
});

const told: [labels: string, lines: string[]][] = [
  ['tenant=acme', ['{tenant="acme"}', '  → desk (console ×2) by {}']],
  [
    'severity=page,team=web,tenant=demo-1',
    [
      '{severity="page", team="web", tenant="demo-1"}',
      '  → oncall (pagerduty, console) by {} > {severity="page", team=~"web|db"}; muted now: within always',
      '  → desk (console ×2) by {} > {tenant=~"demo-.*"}',
    ],
  ],
  [
    'severity=page, team="db", region=us',
    [
      '{severity="page", team="db", region="us"}',
      '  → blackhole (tells nobody) by {} > {severity="page", team=~"web|db"} > {region="us"}',
    ],
  ],
];

for (const [labels, lines] of told)
  test(`says who is told of ${labels}`, async () => {
    const { code, stdout } = await check('routes', 'alertmanager.yml', '--labels', labels);
    assert.deepEqual([code, stdout.split('\n')], [0, lines]);
  });

const severities: [labels: string, line: string][] = [
  ['severity=page', '  → pager (pagerduty, webhook) by {}'],
  ['severity=critical', '  → pager (pagerduty, webhook) by {}'],
  ['severity=ticket', '  → pager (nobody: pagerduty, webhook is not told of severity ticket) by {}'],
  ['severity=ticket,team=web', '  → both (console) by {} > {team="web"}'],
  [
    'severity=log,team=web',
    '  → both (nobody: pagerduty, console is not told of severity log) by {} > {team="web"}',
  ],
];

for (const [labels, line] of severities)
  test(`says who is not told of ${labels}`, async () => {
    const { stdout } = await check('routes', 'severities.yml', '--labels', labels);
    assert.equal(stdout.split('\n')[1], line);
  });

describe('what does not hold is refused with its place', () => {
  const HEAD = 'route: { receiver: a, routes: [{ ';
  const TAIL = ' }] }\nreceivers: [{ name: a }]\n';
  const slack = (field: string): string =>
    `route: { receiver: a }\nreceivers:\n  - name: a\n    slack_configs:\n      - channel: '#a'\n        bot_token: xoxb-S3CRET\n        ${field}\n`;
  const refused: [name: string, text: string, message: RegExp][] = [
    ['no route', 'receivers: []', /^bad\.yml has no route: alerts are shown/],
    [
      'a matcher',
      `${HEAD}matchers: ['a?b']${TAIL}`,
      /bad\.yml:1:45: matcher "a\?b" at 1:4: expected an operator/,
    ],
    [
      'an empty matcher',
      `${HEAD}matchers: ['']${TAIL}`,
      /bad\.yml:1:45: .*no matcher, which would match all/,
    ],
    ['an expression', `${HEAD}match_re: { a: '(' }${TAIL}`, /bad\.yml:1:46: .*\(/],
    [
      'a time of day',
      `time_intervals:\n  - name: n\n    time_intervals:\n      - times: [{ start_time: '25:00', end_time: '26:00' }]\n${HEAD}${TAIL}`,
      /bad\.yml:4:/,
    ],
    [
      'an inhibition of everything',
      `inhibit_rules: [{ target_match: { a: b } }]\n${HEAD}${TAIL}`,
      /bad\.yml:1:\d+: no source is named/,
    ],
    [
      'a template',
      slack("title: 'a {{ nope }}'"),
      /bad\.yml:7:9: template:1:6: function "nope" is not known/,
    ],
    [
      'an unfinished template',
      slack("text: '{{ if .Status }}'"),
      /bad\.yml:7:9: template:1:4: \{\{if\}\} without \{\{end\}\}/,
    ],
    [
      'a call of nothing',
      slack('title: \'{{ template "titel" . }}\''),
      /bad\.yml:7:9: template: nothing is defined as "titel"/,
    ],
    [
      'a file of templates that does not parse',
      `templates: [words.tmpl, broken.txt]\n${slack('')}`,
      /bad\.yml:1:1: .*broken\.txt:2:4: function "nope" is not known/,
    ],
    [
      'a file of templates that is not there',
      `templates: [none.tmpl]\n${slack('')}`,
      /bad\.yml:1:1: templates: cannot read .*none\.tmpl/,
    ],
  ];
  write('broken.txt', 'text\n{{ nope }}\n');
  for (const [name, text, message] of refused)
    test(name, async () => {
      write('bad.yml', text);
      const { code, stdout, stderr } = await check('routes', 'bad.yml');
      assert.deepEqual([code, stdout], [1, '']);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /S3CRET/);
    });
});

test('a matcher of the older grammar is taken, with a warning that says what to write', async () => {
  write('old.yml', 'route:\n  receiver: a\n  routes:\n    - matchers: ["foo="]\nreceivers: [{ name: a }]\n');
  const { code, stderr } = await check('routes', 'old.yml');
  assert.equal(code, 0);
  assert.match(stderr, /old\.yml:4:18: warning: /);
  assert.match(stderr, /\n {2} {4}- matchers: \["foo="\]\n {19}\^$/);
});

test('labels are labels, and files one', async () => {
  assert.match(
    (await check('routes', 'alertmanager.yml', '--labels', 'a=~b')).stderr,
    /^--labels a=~b: an alert has labels: write a=value$/,
  );
  assert.match((await check('routes', 'a.yml', 'b.yml')).stderr, /^check routes takes one file$/);
});
