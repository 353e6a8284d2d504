import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { NO_LOG } from '../../alerts/testing/no-log.ts';
import { onCallSetup } from '../../cli/on-call-setup.ts';
import { loadConfig } from '../../config/load-config.ts';
import { Failure } from '../../model/failure.ts';
import { formatFailure } from '../test-failure.ts';
import { runPageTests, type PageTestConfig, type PageTestReport } from './run-page-tests.ts';

const RULES = `groups:
  - name: g
    rules:
      - alert: Down
        expr: up == 0
        for: 2m
        labels: { severity: page }
        annotations: { summary: '{{ $labels.tenant }}: down', action: restart it }
      - alert: Slow
        expr: latency > 1
        labels: { severity: ticket }
        annotations: { summary: '{{ $labels.tenant }}: slow, {{ $value }} s' }
`;

/** Pages and tickets to one receiver, tickets of web to one that only wakes; a broken region inhibits. */
const CONFIG = `config:
  external_labels: { stage: prod }
  route:
    receiver: oncall
    group_by: [alertname, tenant]
    group_wait: 30s
    group_interval: 5m
    routes:
      - { receiver: pager, matchers: [tenant=~"web.*"] }
      - { receiver: mute, matchers: [tenant="deaf"] }
      - { receiver: oncall, matchers: [tenant="late"], active_time_intervals: [days] }
  receivers:
    - { name: oncall, pagerduty_configs: [{ routing_key: none }], console_configs: [{}] }
    - { name: pager, pagerduty_configs: [{ routing_key: none }] }
    - { name: mute }
  inhibit_rules:
    - { source_matchers: [alertname="Slow"], target_matchers: [alertname="Down"], equal: [tenant] }
  time_intervals:
    - { name: days, time_intervals: [{ times: [{ start_time: '08:00', end_time: '18:00' }] }] }
`;

const HEAD = `rule_files: [r.yml]\n${CONFIG}`;
/** The line of the first test. */
const FIRST = HEAD.split('\n').length + 1;

function readSetup(config: PageTestConfig) {
  if ('file' in config) throw new Failure('invalid', `${config.file} is not there`);
  const loaded = loadConfig('t.yml', config.text, { env: {}, readFile: () => '' });
  return {
    onCall: onCallSetup({ createLog: () => NO_LOG }, loaded),
    externalLabels: loaded.external_labels,
  };
}

function run(text: string): Promise<PageTestReport> {
  return runPageTests(text, {
    fileName: 't.yml',
    readRules: (name) => [{ name, text: RULES }],
    readSetup,
  });
}

function linesOf({ problems, results }: PageTestReport): string[] {
  const failures = results.flatMap((result) => result.failures.map((each) => formatFailure('t.yml', each)));
  return [...problems, ...failures].flatMap((text) => text.split('\n'));
}

/** One test, at a line of its own each part: series at FIRST + 1, the rest from FIRST + 2 on. */
function file(series: string, ...parts: string[]): string {
  const rest = parts.map((part) => `    ${part}\n`).join('');
  return `${HEAD}tests:\n  - name: t\n    input_series: [${series}]\n${rest}`;
}

const up = (values: string, tenant = 'acme'): string =>
  `{ series: 'up{tenant="${tenant}"}', values: ${values} }`;
const page = (at: string, summary = 'acme: down', more = ''): string =>
  `{ at: ${at}, receiver: oncall, summary: '${summary}'${more} }`;

describe('what is told as expected passes', () => {
  const cases: [what: string, ...parts: string[]][] = [
    ['a page', up('1x4 0x30'), `page_test: [${page('7m30s')}]`],
    ['nothing, to the end of the input', up('1x4 0 1x9'), 'page_test: []'],
    ['ends are left out', up('1x4 0x9 1x30'), `page_test: [${page('7m30s')}]`, 'until: 50m'],
    [
      'ends where one is expected',
      up('1x4 0x9 1x30'),
      `page_test: [${page('7m30s')}, ${page('17m30s', undefined, ', status: resolved')}]`,
      'until: 50m',
    ],
    ['within a while', up('1x4 0x30'), `page_test: [${page('7m', undefined, ', within: 30s')}]`],
    [
      'all that may be said',
      up('1x4 0x30'),
      `page_test: [${page('7m30s', undefined, ', wakes: true, alerts: 1, notes: [], details: { action: restart it, also_firing: [] }')}]`,
    ],
    [
      'the same again as a new incident',
      up('1x4 0x9 1x9 0x20'),
      `page_test: [${page('7m30s')}, ${page('27m30s')}]`,
    ],
    [
      'rules and queries beside it, with labels of the configuration for receivers alone',
      up('1x4 0x30'),
      `page_test: [${page('7m30s')}]`,
      'alert_rule_test: [{ eval_time: 8m, alertname: Down, exp_alerts: [{ exp_labels: { severity: page, tenant: acme }, exp_annotations: { summary: "acme: down", action: restart it } }] }]',
      'promql_expr_test: [{ expr: up, eval_time: 1m, exp_samples: [{ labels: \'up{tenant="acme"}\', value: 1 }] }]',
    ],
    [
      'a silence by a label of the configuration',
      up('1x4 0x30'),
      'silences: [{ matchers: [\'stage="prod"\'], for: 1h }]',
      'page_test: []',
    ],
    [
      'a silence that somebody ends',
      up('1x4 0x30'),
      'silences: [{ matchers: [\'tenant="acme"\'], for: 1h, created_by: jo, expire_at: 12m10s }]',
      `page_test: [${page('12m10s', undefined, ", notes: ['the silence of jo ended at 00:12, still firing']")}]`,
    ],
    [
      'a page where a ticket was told before',
      `{ series: 'latency{tenant="acme"}', values: 2x9 _x30 }, ${up('1x4 0x30')}`,
      `page_test: [${page('30s', 'acme: slow, 2 s', ', wakes: false')}, ${page('15m', undefined, ', within: 5m')}]`,
    ],
    [
      'an office hour',
      up('0x90', 'late'),
      'start_timestamp: 2026-01-14T07:00:00Z',
      `page_test: [${page('1h', 'late: down')}]`,
    ],
  ];
  for (const [what, series = '', ...parts] of cases)
    test(what, async () => assert.deepEqual(linesOf(await run(file(series, ...parts))), []));
});

describe('what is told otherwise says where, and how', () => {
  const cases: [what: string, parts: string[], ...lines: string[]][] = [
    [
      'later',
      [up('1x4 0x30'), `page_test: [${page('5m')}]`],
      `t.yml:${FIRST + 2}: oncall at 5m: told 2m30s later: its alert is pending since 5m, see its rule's for`,
      '    - 5m oncall: acme: down',
      '    + 7m30s oncall: acme: down',
    ],
    [
      'in other words',
      [up('1x4 0x30'), `page_test: [${page('7m30s', 'acme: dead', ', notes: [healed]')}]`],
      `t.yml:${FIRST + 2}: oncall at 7m30s: told but summary and notes differ`,
      '    - 7m30s oncall: acme: dead',
      '    -   notes: ["healed"]',
      '    + 7m30s oncall: acme: down',
    ],
    [
      'earlier, and by other people',
      [up('1x4 0x30'), `page_test: [${page('8m', undefined, ', wakes: false')}]`],
      `t.yml:${FIRST + 2}: oncall at 8m: told 30s earlier, but wakes differs`,
      '    - 8m oncall: acme: down',
      '    -   wakes: false',
      '    + 7m30s oncall: acme: down',
      '    +   wakes: true',
    ],
    [
      'besides',
      [up('1x4 0x30'), 'page_test: []'],
      `t.yml:${FIRST + 2}: oncall at 7m30s: told, and not expected`,
      '    + 7m30s oncall: acme: down',
    ],
    [
      'in order of time',
      [`${up('1x4 0x30')}, ${up('1x9 0x30', 'zeta')}`, `page_test: [${page('20m', 'x: y')}]`],
      `t.yml:${FIRST + 2}: oncall at 7m30s: told, and not expected`,
      '    + 7m30s oncall: acme: down',
      `t.yml:${FIRST + 2}: oncall at 12m30s: told, and not expected`,
      '    + 12m30s oncall: zeta: down',
      `t.yml:${FIRST + 2}: oncall at 20m: not told: no alert says so then; there is "acme: down", "zeta: down"`,
      '    - 20m oncall: x: y',
    ],
  ];
  for (const [what, [series = '', ...parts], ...lines] of cases)
    test(what, async () => assert.deepEqual(linesOf(await run(file(series, ...parts))), lines));
});

describe('a page that is missing says why', () => {
  const silence =
    'silences: [{ matchers: [\'tenant="acme"\'], until: 2h, created_by: jo, comment: upgrade }]';
  const cases: [why: string, series: string, expected: string, ...parts: string[]][] = [
    ['silenced by jo until 02:00 UTC: upgrade', up('1x4 0x30'), page('7m30s'), silence],
    [
      'inhibited by Slow (acme)',
      `${up('1x4 0x30')}, { series: 'latency{tenant="acme"}', values: 2x60 }`,
      page('7m30s'),
    ],
    ['outside days until 08:00 UTC', up('0x60', 'late'), page('2m30s', 'late: down')],
    ["its alert is pending since 5m, see its rule's for", up('1x4 0x30'), page('6m'), 'until: 7m'],
    ['it fires since 7m and waits for its group_wait', up('1x4 0x30'), page('7m10s'), 'until: 7m15s'],
    ['its routes lead to pager', up('1x4 0x30', 'web1'), page('7m30s', 'web1: down')],
    [
      'mute has nothing to tell it by: give it a pagerduty_configs or so',
      up('1x4 0x30', 'deaf'),
      "{ at: 7m30s, receiver: mute, summary: 'deaf: down' }",
    ],
    [
      'nobody at pager is told of severity ticket',
      '{ series: \'latency{tenant="web1"}\', values: 2x60 }',
      "{ at: 30s, receiver: pager, summary: 'web1: slow, 2 s' }",
    ],
    [
      'it is part of what oncall was told at 7m30s: acme: down',
      up('1x4 0x30'),
      `${page('7m30s')}, ${page('20m')}`,
    ],
    ['no alert fires or is pending then', up('1x40'), page('7m30s')],
    ['it still fires', up('1x4 0x60'), page('40m', undefined, ', status: resolved')],
  ];
  for (const [why, series, expected, ...parts] of cases) {
    test(why, async () => {
      const lines = linesOf(await run(file(series, `page_test: [${expected}]`, ...parts)));
      assert.ok(
        lines.some((line) => line.endsWith(`: not told: ${why}`)),
        lines.join('\n'),
      );
    });
  }
});

describe('a file that means nothing is refused with its line', () => {
  const whole = file(up('0x9'), `page_test: [${page('2m')}]`);
  const cases: [what: string, text: string, problem: RegExp][] = [
    ['an unknown field', whole.replace('name: t', 'nmae: t'), new RegExp(`^t.yml:${FIRST}: tests.0: .*nmae`)],
    [
      'a field of a page',
      whole.replace('receiver: oncall, s', 'reciever: oncall, s'),
      /^t.yml:\d+: tests.0.page_test.0/,
    ],
    ['a duration', whole.replace('at: 2m', 'at: soon'), /page_test.0.at: not a duration: "soon"/],
    ['no duration', whole.replace('at: 2m, ', ''), /page_test.0.at: missing$/],
    ['a flag', whole.replace('at: 2m', 'at: 2m, wakes: maybe'), /page_test.0.wakes: write true or false/],
    ['a number', whole.replace('at: 2m', 'at: 2m, alerts: few'), /page_test.0.alerts: write a whole number/],
    [
      'a receiver that nobody has',
      whole.replace('receiver: oncall, s', 'receiver: onccall, s'),
      new RegExp(`^t.yml:${FIRST + 2}: no receiver is called onccall; did you mean oncall\\?$`),
    ],
    [
      'an end before what is expected',
      `${whole}    until: 1m\n`,
      /2m is after the end of the test, until: 1m$/,
    ],
    [
      'a matcher',
      `${whole}    silences: [{ matchers: [tenant], for: 1h }]\n`,
      new RegExp(`^t.yml:${FIRST + 3}: tests.0.silences.0.matchers.0: `),
    ],
    [
      'a silence without an end',
      `${whole}    silences: [{ matchers: ['a="b"'] }]\n`,
      /silences.0: write how long it holds, as for or as until$/,
    ],
    [
      'a silence for everything',
      `${whole}    silences: [{ matchers: ['a=""'], for: 1h }]\n`,
      new RegExp(`^t.yml:${FIRST + 3}: invalid silence: all its matchers match the empty text`),
    ],
    [
      'a silence that is ended twice',
      `${whole}    silences: [{ matchers: ['a="b"'], for: 1m, expire_at: 2m }]\n`,
      new RegExp(`^t.yml:${FIRST + 3}: .*ended`),
    ],
    [
      'a configuration, at its own line',
      whole.replace('group_wait: 30s', 'group_wait: x'),
      /^t.yml:7:5: not a duration: "x"/,
    ],
    ['no configuration', whole.replace(CONFIG, ''), /^t.yml:1: no configuration/],
    ['two configurations', `config_file: x\n${whole}`, /^t.yml:4: config and config_file: write one$/],
    [
      'a configuration that is not there',
      whole.replace(CONFIG, 'config_file: x.yml\n'),
      /^x.yml is not there$/,
    ],
    ['YAML', `${whole}\t- x`, /^t.yml:\d+: /],
    ['rules', whole.replace('r.yml', 'r.yml').replace('values: 0x9', 'values: 0y9'), /series up/],
  ];
  for (const [what, text, problem] of cases) {
    test(what, async () => {
      const report = await run(text);
      assert.match(linesOf(report)[0] ?? '', problem);
      assert.equal(report.passed, false);
    });
  }
});

test('what was told is in the report, whatever was expected', async () => {
  const { results } = await run(file(up('1x4 0x9 1x20'), 'page_test: []', 'until: 20m'));
  const told = results.flatMap(({ pages }) => pages);
  const keys = new Set(told.map(({ key }) => key));
  const [key] = keys;
  assert.equal(keys.size, 1);
  const said = { receiver: 'oncall', summary: 'acme: down', alerts: 1, notes: [], key };
  assert.deepEqual(
    told.map(({ details: { action, also_firing: others }, ...rest }) => [rest, action, others]),
    [
      [{ at: 450_000, status: 'firing', wakes: true, ...said }, 'restart it', []],
      [{ at: 1_050_000, status: 'resolved', wakes: false, ...said }, 'restart it', []],
    ],
  );
});
