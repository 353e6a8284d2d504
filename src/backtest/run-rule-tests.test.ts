import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runRuleTests, type RuleTestReport } from './run-rule-tests.ts';

const RULES = `
groups:
  - name: g
    rules:
      - record: m:double
        expr: m * 2
      - alert: Down
        expr: up == 0
        for: 2m
        annotations: { summary: '{{ $labels.job }} in {{ $externalLabels.region }}' }
`;

function run(tests: string, rules = RULES): RuleTestReport {
  return runRuleTests(`rule_files: [r.yml]\n${tests}`, {
    fileName: 't.yml',
    readRules: (name) => (name === 'r.yml' ? [{ name, text: rules }] : []),
  });
}

function all({ problems, results }: RuleTestReport): string[] {
  return [...problems, ...results.flatMap(({ failures }) => failures)];
}

const SERIES = 'input_series: [{ series: \'up{job="x"}\', values: 1 0x9 }, { series: m, values: 1+1x9 }]';

describe('rule tests', () => {
  test('pass when alerts and samples are as expected', () => {
    const report = run(`
tests:
  - name: all
    ${SERIES}
    external_labels: { region: eu }
    alert_rule_test:
      - { eval_time: 2m, alertname: Down, exp_alerts: [] }
      - eval_time: 3m
        alertname: Down
        exp_alerts: [{ exp_labels: { job: x }, exp_annotations: { summary: x in eu } }]
    promql_expr_test:
      - { expr: m:double, eval_time: 4m, exp_samples: [{ labels: m:double, value: 10 }] }
`);
    assert.deepEqual(all(report), []);
    assert.ok(report.passed);
    assert.deepEqual(
      report.results.map(({ name }) => name),
      ['all'],
    );
  });

  const cases: [what: string, tests: string, failure: RegExp][] = [
    [
      'an alert too early',
      `tests:\n  - ${SERIES}\n    alert_rule_test: [{ eval_time: 3m, alertname: Down, exp_alerts: [] }]`,
      /^t.yml:4: Down at 3m: firing and not expected: \{alertname="Down", job="x"\}/,
    ],
    [
      'an alert that is missing',
      'tests:\n  - alert_rule_test: [{ eval_time: 3m, alertname: Down, exp_alerts: [{}] }]',
      /^t.yml:3: Down at 3m: expected and not firing: \{alertname="Down"\}/,
    ],
    [
      'another value',
      `tests:\n  - ${SERIES}\n    promql_expr_test: [{ expr: m, eval_time: 1m, exp_samples: [{ labels: m, value: 3 }] }]`,
      /^t.yml:4: m at 1m: expected m 3, got m 2$/,
    ],
    ['an unknown field', 'tests:\n  - intervall: 1m', /^t.yml:3: tests.0: Unrecognized key: "intervall"/],
    ['a bad duration', 'tests:\n  - interval: soon', /^t.yml:3: tests.0.interval: not a duration: "soon"/],
    ['a bad series', "tests:\n  - input_series: [{ series: 'm{', values: 1 }]", /^t.yml:3: series m\{: /],
    ['what is not YAML', 'tests: [', /^t.yml:2: /],
    ['an unknown group in the order', 'group_eval_order: [h]', /group_eval_order names the unknown group h/],
  ];
  for (const [what, tests, failure] of cases) {
    test(`fail for ${what}`, () => {
      const report = run(tests);
      assert.equal(report.passed, false);
      assert.match(all(report)[0] ?? '', failure);
    });
  }

  test('fail for a rule file that is not there', () => {
    const report = runRuleTests('rule_files: [gone.yml]', { fileName: 't.yml', readRules: () => [] });
    assert.deepEqual(report.problems, ['t.yml: no rule file matches gone.yml']);
  });

  test('fail for a rule file that is not right, with its position', () => {
    const report = run('tests: [{}]', 'groups:\n  - name: g\n    rules:\n      - alert: A\n');
    assert.deepEqual(report.problems, ['r.yml:4:9: the rule has no expr']);
  });
});
