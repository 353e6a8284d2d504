import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { defineDataset, metricsOf } from '../model/dataset.ts';
import { checkRules } from './check-rules.ts';
import { parseRuleFile } from './parse-rule-file.ts';

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
const metrics = new Map(metricsOf(dataset).map((metric) => [metric.name, metric]));

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

  test('a line too long where labels are', () => {
    const summary = `{{ $labels.tenant }}: ${'x'.repeat(71)} {{ $labels.name }}`;
    const [finding = ''] = check({ ...GOOD, annotations: { ...GOOD.annotations, summary } });
    assert.match(
      finding,
      /^A: the summary may get 122 characters long, at most 120 are shown: m{24}: x{71} m{24}$/,
    );
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
        'f:14:9: the rule has no expr',
        'f:7:22: A: unknown metric octopus_tasks_queue: did you mean octopus_tasks_queued?',
        'f:9:21: A: severity "urgent" is none of page, ticket, log',
        'f:11:20: A: the summary must begin with "{{ $labels.tenant }}: " ("fleet: " or "octowatch: " where it is about no single tenant)',
        'f:13:19: B: unknown metric up',
        'f:13:36: B: rate() of the gauge octopus_tasks_queued: use delta() or deriv()',
        'f:15:9: D: a page needs the annotation runbook_url',
      ],
    );
  });
});
