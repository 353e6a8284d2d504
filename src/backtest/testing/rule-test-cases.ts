/** The rules of the cases, as `r.yml` beside the test file. */
export const CASE_RULES = `
groups:
  - name: g
    rules:
      - record: m:double
        expr: m * 2
      - record: m:future
        expr: m offset -5m
      - alert: Down
        expr: up == 0
        for: 2m
        annotations: { summary: '{{ $labels.job }} in {{ $externalLabels.region }}', link: '{{ $externalURL }}' }
      - alert: Empty
        expr: m > 0
        labels: { none: '' }
        annotations: { blank: '', value: '{{ $value }}' }
  - name: late
    rules:
      - record: m:quadruple
        expr: m:double * 2
`;

const M = '{ series: m, values: 1+1x9 }';
const UP = '{ series: \'up{job="x"}\', values: 1 0x9 }';

function alertTest(time: string, alertname: string, ...alerts: readonly string[]): string {
  return `alert_rule_test: [{ eval_time: ${time}, alertname: ${alertname}, exp_alerts: [${alerts.join(', ')}] }]`;
}

function sampleTest(expr: string, time: string, ...samples: readonly string[]): string {
  return `promql_expr_test: [{ expr: '${expr}', eval_time: ${time}, exp_samples: [${samples.join(', ')}] }]`;
}

function input(...series: readonly string[]): string {
  return `input_series: [${series.join(', ')}]`;
}

/** A test file of one test, whose fields are given. */
function one(...fields: readonly string[]): string {
  return `rule_files: [r.yml]\ntests:\n  - ${fields.join('\n    ')}\n`;
}

/** Test files and whether they pass: ours are judged by it, and so is the real promtool (`npm run test:real`). */
export const RULE_TEST_CASES: readonly (readonly [what: string, tests: string, passes: boolean])[] = [
  ['nothing', '', true],
  ['rules without tests', 'rule_files: [r.yml]', true],
  [
    'an alert with annotations, external labels and the external URL',
    one(
      'name: full',
      'external_labels: { region: eu }',
      'external_url: https://watch.example',
      input(UP, M),
      alertTest(
        '3m',
        'Down',
        '{ exp_labels: { job: x }, exp_annotations: { summary: x in eu, link: https://watch.example } }',
      ),
    ),
    true,
  ],
  ['an alert that is still pending', one(input(UP), alertTest('2m', 'Down')), true],
  ['an alert that fires and is not expected', one(input(UP), alertTest('3m', 'Down')), false],
  ['an alert that is expected and does not fire', one(alertTest('3m', 'Down', '{}')), false],
  ['alerts are those of the evaluation before', one(input(UP), alertTest('2m59s', 'Down')), true],
  [
    'an annotation that is blank counts',
    one(input(M), alertTest('0', 'Empty', '{ exp_annotations: { value: 1 } }')),
    false,
  ],
  [
    'and may be expected',
    one(input(M), alertTest('0', 'Empty', "{ exp_annotations: { value: 1, blank: '' } }")),
    true,
  ],
  [
    'a label that is expected to be empty is never there',
    one(
      input(M),
      alertTest('0', 'Empty', "{ exp_labels: { none: '' }, exp_annotations: { value: 1, blank: '' } }"),
    ),
    false,
  ],
  ['an unknown alert does not fire', one(input(UP), alertTest('3m', 'Gone')), true],
  ['an alert test without a name', one('alert_rule_test: [{ eval_time: 1m }]'), false],
  ['a value', one(input(M), sampleTest('m:double', '4m', '{ labels: m:double, value: 10 }')), true],
  ['another value', one(input(M), sampleTest('m:double', '4m', '{ labels: m:double, value: 11 }')), false],
  [
    'samples in any order',
    one(
      input('{ series: \'a{x="1"}\', values: 1 }', '{ series: \'a{x="2"}\', values: 2 }'),
      sampleTest('a', '0', '{ labels: \'a{x="2"}\', value: 2 }', '{ labels: \'a{x="1"}\', value: 1 }'),
    ),
    true,
  ],
  [
    'a sample too many',
    one(input(M), sampleTest('m', '0', '{ labels: m, value: 1 }', '{ labels: m, value: 1 }')),
    false,
  ],
  [
    'NaN equals nothing',
    one(input('{ series: m, values: NaN }'), sampleTest('m', '0', '{ labels: m, value: .nan }')),
    false,
  ],
  [
    'infinity',
    one(input('{ series: m, values: Inf }'), sampleTest('m', '0', '{ labels: m, value: .inf }')),
    true,
  ],
  [
    'a value in hexadecimal',
    one(input('{ series: m, values: 16 }'), sampleTest('m', '0', '{ labels: m, value: 0x10 }')),
    true,
  ],
  [
    'a value in octal',
    one(input('{ series: m, values: 8 }'), sampleTest('m', '0', '{ labels: m, value: 010 }')),
    true,
  ],
  ['no rule sees the future', one(input(M), sampleTest('m:future', '2m')), true],
  ['nor does a query', one(input(M), sampleTest('m offset -5m', '2m')), true],
  [
    'samples appear with the evaluations',
    one('interval: 15s', input(M), sampleTest('m', '90s', '{ labels: m, value: 5 }')),
    true,
  ],
  [
    'of a series that is given twice the later counts',
    one(
      input('{ series: a, values: 1 }', '{ series: a, values: 2 }'),
      sampleTest('a', '0', '{ labels: a, value: 2 }'),
    ),
    true,
  ],
  ['a series without values', one(input('{ series: a, values: }'), sampleTest('a', '0')), true],
  ['a series that is not one', one(input("{ series: 'a{', values: 1 }")), false],
  ['values that are none', one(input('{ series: a, values: one }')), false],
  [
    'a start in RFC 3339',
    one('start_timestamp: 2024-01-01T00:00:00+01:00', sampleTest('time()', '1m', '{ value: 1704063660 }')),
    true,
  ],
  ['a start in seconds', one('start_timestamp: 1e9', sampleTest('time()', '0', '{ value: 1e9 }')), true],
  [
    'a start that is only a day',
    one('start_timestamp: 2024-01-01', sampleTest('time()', '0', '{ value: 0 }')),
    false,
  ],
  [
    'a query that fails',
    one(input(M), sampleTest('m + on () group_left {__name__=~"m|m:double"}', '0', '{ value: 1 }')),
    false,
  ],
  ['a query that does not parse', one(sampleTest('rate(m)', '0')), false],
  ['a query that yields a range vector', one(sampleTest('m[5m]', '0')), false],
  [
    'fuzzy comparison',
    `fuzzy_compare: true\n${one(input('{ series: a, values: 2.9999999999999996 }'), sampleTest('a', '0', '{ labels: a, value: 3 }'))}`,
    true,
  ],
  [
    'fuzzy comparison written as yes',
    `fuzzy_compare: yes\n${one(input('{ series: a, values: 3.0000000000000004 }'), sampleTest('a', '0', '{ labels: a, value: 3 }'))}`,
    true,
  ],
  [
    'an interval of evaluation',
    `evaluation_interval: 30s\n${one(input(M), sampleTest('count_over_time(m:double[2m])', '2m', '{ value: 4 }'))}`,
    true,
  ],
  [
    'an order of groups',
    `group_eval_order: [late, g]\n${one(input(M), sampleTest('m:quadruple', '1m', '{ labels: m:quadruple, value: 4 }'))}`,
    true,
  ],
  [
    'an order that names an unknown group',
    `group_eval_order: [gone]\n${one(sampleTest('1', '0', '{ value: 1 }'))}`,
    true,
  ],
  [
    'an order that names a group twice',
    `group_eval_order: [g, g]\n${one(sampleTest('1', '0', '{ value: 1 }'))}`,
    false,
  ],
  ['a rule file that is not there', 'rule_files: [gone.yml]\ntests: [{}]', true],
  [
    'a rule file that is named twice',
    `rule_files: [r.yml, '*.yml', r.yml]\n${one(input(M), sampleTest('m:double', '0', '{ labels: m:double, value: 2 }')).replace('rule_files: [r.yml]\n', '')}`.replace(
      "'*.yml'",
      "'r.*'",
    ),
    true,
  ],
  ['an unknown field', 'tests: [{ intervall: 1m }]', false],
  ['a field twice', 'evaluation_interval: 1m\nevaluation_interval: 2m', false],
  [
    'labels merged into others',
    `rule_files: [r.yml]\ntests:\n  - external_labels: &eu { region: eu }\n  - external_labels: { <<: *eu, job: x }\n`,
    true,
  ],
  [
    'a label that is merged and set',
    `rule_files: [r.yml]\ntests:\n  - external_labels: &eu { region: eu }\n  - external_labels: { <<: *eu, region: us }\n`,
    false,
  ],
  ['a bad duration', 'tests: [{ interval: soon }]', false],
  ['what is not YAML', 'tests: [', false],
  ['a file of another kind', 'groups: []', false],
];
