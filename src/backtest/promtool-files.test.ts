import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { runRuleTests, type RuleTestReport } from './run-rule-tests.ts';
import { formatFailure } from './test-failure.ts';

/** promtool's own test files, beside the repository; without them there is nothing to compare with. */
const FOLDER = `${import.meta.dirname}/../../../shared/promqltest/promtool`;
const ABSENT = existsSync(FOLDER) ? false : 'the test files of promtool are not here';

function run(name: string, options: { ignoreUnknownFields?: boolean } = {}): RuleTestReport {
  return runRuleTests(readFileSync(`${FOLDER}/${name}`, 'utf8'), {
    ...options,
    fileName: name,
    readRules: (path) =>
      existsSync(`${FOLDER}/${path}`)
        ? [{ name: path, text: readFileSync(`${FOLDER}/${path}`, 'utf8') }]
        : [],
  });
}

function failuresOf(name: string): string[] {
  const { problems, results } = run(name);
  return [
    ...problems,
    ...results.flatMap(({ failures }) => failures.map((failure) => formatFailure(name, failure))),
  ];
}

describe('promtool test files', { skip: ABSENT }, () => {
  const good = [
    'at-modifier-test',
    'config_with_rule_files',
    'long-period',
    'negative-offset-test',
    'no-test-group-interval',
    'start-time-test',
  ];
  for (const name of good) {
    test(`${name} passes`, () => assert.deepEqual(failuresOf(`${name}.yml`), []));
  }

  test('unittest passes but for native histograms, each refused by name', () => {
    assert.deepEqual(
      failuresOf('unittest.yml').map((failure) =>
        /^unittest.yml:\d+: (\w+ ?\w*).*: (native histograms are not supported)/.exec(failure)?.slice(1),
      ),
      [
        'series test_histogram',
        'series test_histogram_repeat',
        'series test_histogram_increase',
        'test_histogram at',
        'test_histogram_repeat at',
        'test_histogram_increase at',
      ].map((what) => [what, 'native histograms are not supported']),
    );
  });

  const bad: [name: string, failures: number, first: RegExp][] = [
    ['bad-input-series', 1, /^bad-input-series.yml:3: series up/],
    ['bad-promql', 1, /found duplicate series/],
    ['bad-rules-error-test', 1, /rule joined at 0s: found duplicate series/],
    ['bad-rules-syntax-test', 1, /^bad-rules-syntax.yml:7:22: x: expr: /],
    ['failing', 4, /Test at 0s: 1 expected, 0 firing\n {4}- \{alertname="Test"\}$/],
    ['rules_run', 1, /\n {4}- test 1\n {4}\+ test 0$/],
    ['rules_run_fuzzy', 2, /\n {4}- test_low 3\n {4}\+ test_low 2.9999999999999987$/],
    ['rules_run_no_fuzzy', 2, /\n {4}- test_low 3\n {4}\+ test_low 2.9999999999999996$/],
    ['rules_run_extrafields', 2, /unknown field "namespace" in a group/],
    ['rules', 1, /Unrecognized key: "groups"/],
  ];
  for (const [name, count, first] of bad) {
    test(`${name} fails as it must`, () => {
      const failures = failuresOf(`${name}.yml`);
      assert.equal(failures.length, count, failures.join('\n'));
      assert.match(failures[0] ?? '', first);
    });
  }

  test('a file with a field of its own passes when unknown fields are ignored', () => {
    assert.ok(run('rules_run_extrafields.yml', { ignoreUnknownFields: true }).passed);
  });
});
