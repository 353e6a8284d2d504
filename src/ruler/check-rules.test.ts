import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { defineDataset } from '../model/dataset.ts';
import { checkRules, RULE_CHECKS } from './check-rules.ts';
import { knownMetrics } from './known-metrics.ts';
import { parseRuleFile } from './parse-rule-file.ts';
import { withCaret } from './problem-frame.ts';

const dataset = defineDataset({
  name: 'queue',
  kind: 'gauge',
  help: 'Tasks.',
  dimensions: { name: { help: 'Type of the task.' } },
  metrics: {
    octopus_tasks_queued: { type: 'gauge', unit: 'none', help: 'Tasks that wait.' },
    octopus_tasks_started_total: { type: 'counter', unit: 'none', help: 'Tasks that started.' },
  },
});
const metrics = knownMetrics([dataset], new Map([['queue', 15_000]]));

const GOOD = {
  alert: 'A',
  expr: 'octopus_tasks_queued > 3',
  labels: { severity: 'page' },
  annotations: {
    summary: '{{ $labels.tenant }}: {{ $value }} wait',
    action: 'Look.',
    runbook_url: 'https://docs/a',
  },
};

/** What is found in a file of one rule, without positions. */
function check(rule: object): string[] {
  const text = JSON.stringify({ groups: [{ name: 'g', rules: [rule] }] });
  return checkRules([parseRuleFile(text, 'f')], { metrics }).map(({ detail }) => detail);
}

test('where pages are scraped, names of others are not judged, and ours when they are misspelt', () => {
  const rules = ['up', 'windows_cpu_time_total', 'octopus_task_queued'].map((expr) => ({
    record: 'r:x',
    expr,
  }));
  const text = JSON.stringify({ groups: [{ name: 'g', rules }] });
  const found = checkRules([parseRuleFile(text, 'f')], { metrics, scrapes: true });
  assert.deepEqual(
    found.filter(({ check: id }) => id === 'unknown-metric').map(({ detail }) => detail),
    ['r:x: unknown metric octopus_task_queued: did you mean octopus_tasks_queued?'],
  );
});

describe('the check of rules', () => {
  test('finds nothing in a good page', () => assert.deepEqual(check(GOOD), []));

  const { summary: _, ...noSummary } = GOOD.annotations;
  const cases: [what: string, rule: object, ...findings: string[]][] = [
    [
      'an unknown metric, with the nearest',
      { ...GOOD, expr: 'octopus_task_queued > 3' },
      'A: unknown metric octopus_task_queued: did you mean octopus_tasks_queued?',
    ],
    ['one that is like no other', { ...GOOD, expr: 'up' }, 'A: unknown metric up'],
    [
      'the rate of a gauge',
      { ...GOOD, expr: 'sum(rate(octopus_tasks_queued[5m])) by (tenant) > 1' },
      'A: rate() of the gauge octopus_tasks_queued: use delta() or deriv()',
    ],
    [
      'the rate of a sum',
      { ...GOOD, expr: 'rate(sum by (tenant) (octopus_tasks_started_total)[5m:]) > 1' },
      'A: rate() of a sum takes the reset of one counter for an increase of all: sum rate() instead',
    ],
    [
      'a range of a rate shorter than four polls',
      { ...GOOD, expr: 'sum by (tenant) (rate(octopus_tasks_started_total[45s])) > 1' },
      'A: the range 45s of rate() is short for a metric that is polled every 15s: make it 1m or more',
    ],
    [
      'a range of a maximum shorter than two polls',
      { ...GOOD, expr: 'max_over_time(octopus_tasks_queued[20s]) > 1' },
      'A: the range 20s of max_over_time() is short for a metric that is polled every 15s: make it 30s or more',
    ],
    [
      'a comparison with bool',
      { ...GOOD, expr: 'octopus_tasks_queued > bool 3' },
      'A: always fires: with bool the comparison yields 0 too, and 0 fires: leave bool out',
    ],
    [
      'a comparison of constants',
      { ...GOOD, expr: '(vector(2) > -1)' },
      'A: always fires: 2 > -1 is always true',
    ],
    [
      'a comparison with itself',
      { ...GOOD, expr: 'octopus_tasks_queued == (octopus_tasks_queued)' },
      'A: always fires: both sides of == are the same',
    ],
    [
      'a count that is at least none',
      { ...GOOD, expr: 'count by (tenant) (octopus_tasks_queued) >= 0' },
      'A: always fires: the left side is never below 0',
    ],
    [
      'a counter that is above less than none',
      { ...GOOD, expr: 'sum by (tenant) (octopus_tasks_started_total) > -1' },
      'A: always fires: the left side is never below 0',
    ],
    [
      'the value in a label',
      { ...GOOD, labels: { severity: 'page', queued: '{{ $value | humanize }}' } },
      'A: the label queued holds the value: each new value is a new alert, put it in an annotation',
    ],
    [
      'a severity that is none',
      { ...GOOD, labels: { severity: 'critical' } },
      'A: severity "critical" is none of page, ticket, log',
    ],
    [
      'a page without its line',
      { ...GOOD, annotations: noSummary },
      'A: a page needs the annotation summary',
    ],
    [
      'a page that says nothing to do',
      { ...GOOD, annotations: { summary: GOOD.annotations.summary } },
      'A: a page needs the annotation action',
      'A: a page needs the annotation runbook_url',
    ],
    [
      'a line that does not say who',
      { ...GOOD, annotations: { ...GOOD.annotations, summary: 'Queue of {{ $labels.tenant }} stuck' } },
      'A: the summary must begin with "{{ $labels.tenant }}: " ("fleet: " or "octowatch: " where it is about no single tenant)',
    ],
    [
      'a line that does not render',
      {
        ...GOOD,
        annotations: { ...GOOD.annotations, summary: '{{ $labels.tenant }}: {{ humanize $labels.name }}' },
      },
      'A: the summary does not render: summary:1:26: humanize: needs a number, not "mmmmmmmmmmmmmmmmmmmmmmmm"',
    ],
  ];
  for (const [what, rule, ...findings] of cases) test(what, () => assert.deepEqual(check(rule), findings));

  test('finds nothing in what may look like a mistake', () => {
    const exprs = [
      'vector(1)',
      'octopus_tasks_queued >= 0',
      'count(octopus_tasks_queued) > 0',
      'rate(octopus_tasks_started_total[1m]) >= 0.1',
      'max_over_time(octopus_tasks_queued[30s]) > 1',
      'sum by (tenant) (rate(octopus_tasks_started_total[1m])) > 1',
      'rate(octopus_tasks_started_total[5m])[10m:] offset 1m > 2'
        .replace(/^/, 'max_over_time(')
        .replace(' > ', ') > '),
      '(octopus_tasks_queued > bool 3) * on (tenant) octopus_tasks_queued > 1',
    ];
    for (const expr of exprs) assert.deepEqual(check({ ...GOOD, expr }), [], expr);
    const labels = { severity: 'page', of: '{{ $labels.value }} {{ .Labels.Value }} now' };
    assert.deepEqual(check({ ...GOOD, labels }), []);
  });

  test('a rule that says the same as another', () => {
    const rules = [
      GOOD,
      { ...GOOD, expr: 'octopus_tasks_queued  > 3.0' },
      { ...GOOD, expr: 'octopus_tasks_queued > 4' },
    ];
    const text = JSON.stringify({ groups: [{ name: 'g', rules }] });
    const [finding, ...others] = checkRules([parseRuleFile(text, 'f')], { metrics });
    assert.deepEqual(others, []);
    assert.equal(finding?.detail, 'A: says the same as the rule in f:1');
    assert.equal(finding.check, 'duplicate-rule');
  });

  test('each check has its section', () => {
    const page = readFileSync(`${import.meta.dirname}/../../docs/reference/rule-checks.md`, 'utf8');
    const sections = Array.from(page.matchAll(/^## (.*)$/gm), ([, title = '']) => title);
    assert.deepEqual(sections, RULE_CHECKS);
  });

  test('a line too long where labels are', () => {
    const summary = `{{ $labels.tenant }}: ${'x'.repeat(71)} {{ $labels.name }}`;
    const [finding = ''] = check({ ...GOOD, annotations: { ...GOOD.annotations, summary } });
    assert.match(
      finding,
      /^A: the summary may get 122 characters long, at most 120 are shown: m{24}: x{71} m{24}$/,
    );
  });

  test('a page whose number a phone would cut in two', () => {
    const summary = `{{ $labels.tenant }}: ${'x'.repeat(32)} {{ $value }} waiting`;
    const found = (text: string, severity = 'page'): string[] =>
      check({ ...GOOD, labels: { severity }, annotations: { ...GOOD.annotations, summary: text } });
    assert.match(
      found(summary)[0] ?? '',
      /^A: a phone shows 60 characters, and cuts the number 99 in two: .*x 99 w/,
    );
    assert.deepEqual(found(summary.replace('xx', 'x')), []);
    assert.deepEqual(found(summary, 'ticket'), []);
  });

  test('a counter may be rated, and what is recorded may be read', () => {
    const rules = [
      { record: 'tenant:started:rate5m', expr: 'rate(octopus_tasks_started_total[5m])' },
      { ...GOOD, expr: 'tenant:started:rate5m > 1 unless ALERTS' },
    ];
    const file = parseRuleFile(JSON.stringify({ groups: [{ name: 'g', rules }] }), 'f');
    assert.deepEqual(checkRules([file], { metrics }), []);
  });

  test('says where, to the column, and what does not parse too', () => {
    const text = [
      'groups:',
      '  - name: g',
      '    rules:',
      '      - alert: A',
      '        expr: |',
      '          octopus_tasks_queued > 3',
      '            and rate(octopus_tasks_queue[5m]) > 0',
      '        labels:',
      '          severity: urgent',
      '        annotations:',
      "          summary: '{{ $labels.tenant }} waits'",
      '      - alert: B',
      '        expr: sum(up) + on () rate(octopus_tasks_queued[1m])',
      '      - alert: C',
      '      - alert: D',
      '        expr: octopus_tasks_queued',
      '        labels: { severity: page }',
      '        annotations: { summary: "{{ $labels.tenant }}: x", action: y }',
    ].join('\n');
    assert.deepEqual(
      checkRules([parseRuleFile(text, 'f')], { metrics }).map(({ message }) => message),
      [
        'f:14:9: C: the rule has no expr',
        'f:7:22: A: unknown metric octopus_tasks_queue: did you mean octopus_tasks_queued? [unknown-metric]',
        'f:9:21: A: severity "urgent" is none of page, ticket, log [severity]',
        'f:11:20: A: the summary must begin with "{{ $labels.tenant }}: " ("fleet: " or "octowatch: " where it is about no single tenant) [summary-line]',
        'f:13:19: B: unknown metric up [unknown-metric]',
        'f:13:31: B: rate() of the gauge octopus_tasks_queued: use delta() or deriv() [gauge-rate]',
        'f:15:9: D: a page needs the annotation runbook_url [page-annotations]',
      ],
    );
  });
});

describe('a finding is shown with its line and carets below the part it is about', () => {
  function shown(...lines: readonly string[]): string[] {
    const text = ['groups:', '- name: g', '  rules:', '  - record: r', ...lines].join('\n');
    return checkRules([parseRuleFile(text, 'f')], { metrics }).map((finding) => withCaret(finding, text));
  }

  const cases: [what: string, lines: readonly string[], frame: string][] = [
    ['of a plain text', ['    expr: sum(upp) > 1'], '      expr: sum(upp) > 1\n                ^^^'],
    [
      'of a quoted one',
      ["    expr: 'up{a=''b''} + upp'"],
      "      expr: 'up{a=''b''} + upp'\n                           ^^^",
    ],
    [
      'of one with escapes',
      ['    expr: "up{a=\\"\\u0062\\"} + upp"'],
      '      expr: "up{a=\\"\\u0062\\"} + upp"\n                                ^^^',
    ],
    [
      'of a block',
      ['    expr: |', '      sum by (a) (', '        rate(upp[5m])', '      )'],
      '          rate(upp[5m])\n               ^^^',
    ],
    [
      'of a folded block',
      ['    expr: >-', '      sum by (a) (', '', '          upp', '      )'],
      '            upp\n            ^^^',
    ],
    [
      'of a plain text of several lines',
      ['    expr: up ==', '      1 + up', '      * upp'],
      '        * upp\n          ^^^',
    ],
    [
      'of an indented block with an indentation of its own',
      ['    expr: |2', '       up', '       + upp'],
      '         + upp\n           ^^^',
    ],
  ];
  for (const [what, lines, frame] of cases) {
    test(what, () => {
      const findings = shown(...lines);
      assert.ok(
        findings.some((finding) => finding.endsWith(`[unknown-metric]\n${frame}`)),
        findings.join('\n'),
      );
    });
  }

  test('a mistake in a block is shown in the line of the file', () => {
    assert.deepEqual(shown('    expr: |', '      sum by (a) (', '        rate(up)', '      )'), [
      'f:7:14: r: expr: expected type range vector in call to function "rate", got instant vector\n          rate(up)\n               ^^',
    ]);
  });
});
