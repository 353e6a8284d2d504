import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { runRuleTests, type RuleTestOptions, type RuleTestReport } from './run-rule-tests.ts';
import { formatFailure } from './test-failure.ts';
import { CASE_RULES, RULE_TEST_CASES } from './testing/rule-test-cases.ts';
import { templateRules, templateRuleTest } from './testing/template-rule-test.ts';

function run(tests: string, options: Partial<RuleTestOptions> = {}): RuleTestReport {
  return runRuleTests(tests, {
    fileName: 't.yml',
    readRules: (name) => (name.startsWith('r.') ? [{ name: 'r.yml', text: CASE_RULES }] : []),
    ...options,
  });
}

function all({ problems, results }: RuleTestReport): string[] {
  return [
    ...problems,
    ...results.flatMap(({ failures }) => failures.map((each) => formatFailure('t.yml', each))),
  ];
}

describe('a rule test file is judged as promtool judges it', () => {
  for (const [what, tests, passes] of RULE_TEST_CASES) {
    test(`${what} ${passes ? 'passes' : 'fails'}`, () => {
      const report = run(tests);
      assert.equal(report.passed, passes, all(report).join('\n'));
    });
  }
});

test('templates in rules render as the table of templates says', () => {
  const readRules = () => [{ name: 'r.yml', text: templateRules() }];
  assert.deepEqual(all(run(templateRuleTest('r.yml'), { readRules })), []);
});

describe('what fails says where, and what differs', () => {
  const SERIES = 'input_series: [{ series: \'up{job="x"}\', values: 1 0x9 }, { series: m, values: 1+1x9 }]';
  const cases: [what: string, tests: string, ...lines: string[]][] = [
    [
      'an alert too early',
      `tests:\n  - ${SERIES}\n    alert_rule_test: [{ eval_time: 3m, alertname: Down, exp_alerts: [] }]`,
      't.yml:4: Down at 3m: 0 expected, 1 firing',
      '    + {alertname="Down", job="x"}',
      '    +   summary: "x in "',
      '    +   link: ""',
    ],
    [
      'an annotation that differs, and it alone',
      `tests:\n  - ${SERIES}\n    alert_rule_test: [{ eval_time: 3m, alertname: Down, exp_alerts: [{ exp_labels: { job: x }, exp_annotations: { summary: y in, link: '' } }] }]`,
      't.yml:4: Down at 3m: 1 expected, 1 firing',
      '    - {alertname="Down", job="x"}',
      '    -   summary: "y in"',
      '    + {alertname="Down", job="x"}',
      '    +   summary: "x in "',
    ],
    [
      'an alert that is missing',
      'tests:\n  - alert_rule_test: [{ eval_time: 3m, alertname: Down, exp_alerts: [{}] }]',
      't.yml:3: Down at 3m: 1 expected, 0 firing',
      '    - {alertname="Down"}',
    ],
    [
      'another value among many',
      `tests:\n  - ${SERIES}\n    promql_expr_test: [{ expr: '{__name__=~"m|up"}', eval_time: 1m, exp_samples: [{ labels: m, value: 3 }, { labels: 'up{job="x"}' }] }]`,
      't.yml:4: {__name__=~"m|up"} at 1m: expected 2 samples, got 2 samples, 1 as expected',
      '    - m 3',
      '    + m 2',
    ],
    ['an unknown field', 'tests:\n  - intervall: 1m', 't.yml:3: tests.0: Unrecognized key: "intervall"'],
    [
      'a bad duration',
      'tests:\n  - interval: soon',
      't.yml:3: tests.0.interval: not a duration: "soon" (write 30s, 5m or 1h30m)',
    ],
    ['an order', 'group_eval_order: [g, g]', 'group_eval_order names the group g twice'],
    [
      'native histograms',
      "tests:\n  - input_series: [{ series: h, values: '{{count:1}}' }]\n    promql_expr_test: [{ expr: '1', exp_samples: [{ histogram: '{{count:1}}' }] }]",
      't.yml:3: series h: native histograms are not supported',
      't.yml:4: 1 at 0s: native histograms are not supported: expected {{count:1}}',
    ],
  ];
  for (const [what, tests, ...lines] of cases) {
    test(what, () => {
      const report = run(`rule_files: [r.yml]\n${tests}`);
      assert.equal(report.passed, false);
      assert.deepEqual(all(report).join('\n').split('\n'), lines);
    });
  }

  test('a rule file that is not right, with its position', () => {
    const readRules = () => [{ name: 'r.yml', text: 'groups:\n  - name: g\n    rules:\n      - alert: A\n' }];
    const report = run('rule_files: [r.yml]\ntests: [{}]', { readRules });
    assert.deepEqual(report.problems, ['r.yml:4:9: A: the rule has no expr']);
    const untested = run('rule_files: [r.yml]', { readRules });
    assert.deepEqual([untested.passed, untested.warnings], [true, ['r.yml:4:9: A: the rule has no expr']]);
  });

  test('what is probably not meant is a warning', () => {
    const { passed, warnings } = run('rule_files: [gone.yml]\ngroup_eval_order: [nobody]');
    assert.ok(passed);
    assert.deepEqual(warnings, [
      'no rule file matches gone.yml',
      'group_eval_order names the unknown group nobody',
    ]);
  });
});

describe('only the tests that are asked for run', () => {
  const tests =
    'tests: [{ name: one }, { name: two, promql_expr_test: [{ expr: 1 }] }, { promql_expr_test: [{ expr: 1 }] }]';
  const names = (...patterns: string[]): string[] =>
    run(tests, { run: patterns }).results.map(({ name }) => name);

  test('by regular expressions, anywhere in the name', () => {
    assert.deepEqual(names('^o', 'w'), ['one', 'two']);
    assert.deepEqual(names('^ne'), []);
    assert.equal(run(tests, { run: ['one'] }).passed, true);
    assert.equal(run(tests).passed, false);
  });

  test('one without a name is named by its line', () => {
    assert.deepEqual(names(), ['one', 'two', 't.yml:1']);
  });

  test('a pattern that is none is said', () => {
    assert.match(run(tests, { run: ['('] }).problems[0] ?? '', /^--run \(: /);
  });
});
