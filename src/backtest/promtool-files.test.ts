import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { runRuleTests, type RuleTestReport } from './run-rule-tests.ts';

/** promtool's own test files, beside the repository; without them there is nothing to compare with. */
const FOLDER = `${import.meta.dirname}/../../../shared/promqltest/promtool`;
const ABSENT = existsSync(FOLDER) ? false : 'the test files of promtool are not here';

function run(name: string): RuleTestReport {
  return runRuleTests(readFileSync(`${FOLDER}/${name}`, 'utf8'), {
    fileName: name,
    readRules: (path) => [{ name: path, text: readFileSync(`${FOLDER}/${path}`, 'utf8') }],
  });
}

function failuresOf({ problems, results }: RuleTestReport): string[] {
  return [...problems, ...results.flatMap(({ failures }) => failures)];
}

describe('promtool test files', { skip: ABSENT }, () => {
  const good = [
    'at-modifier-test',
    'long-period',
    'negative-offset-test',
    'no-test-group-interval',
    'start-time-test',
  ];
  for (const name of good) {
    test(`${name} passes`, () => assert.deepEqual(failuresOf(run(`${name}.yml`)), []));
  }

  test('unittest passes but for native histograms', () => {
    const failures = failuresOf(run('unittest.yml'));
    assert.equal(failures.length, 1);
    assert.match(failures[0] ?? '', /native histograms are not supported/);
  });

  const bad: [name: string, failures: number, first: RegExp][] = [
    ['bad-input-series', 1, /^bad-input-series.yml:3: series up/],
    ['bad-promql', 1, /many-to-many matching not allowed/],
    ['bad-rules-error-test', 1, /rule joined at 0s: found duplicate series/],
    ['bad-rules-syntax-test', 1, /^bad-rules-syntax.yml:7:22: expr: /],
    ['failing', 4, /expected and not firing/],
    ['rules_run', 1, /expected test 1, got test 0/],
    ['rules_run_fuzzy', 2, /expected test_low 3, got test_low 2.9999999999999987/],
    ['rules_run_no_fuzzy', 2, /expected test_low 3, got test_low 2.9999999999999996/],
    ['rules_run_extrafields', 2, /unknown field "namespace" in a group/],
  ];
  for (const [name, count, first] of bad) {
    test(`${name} fails as it must`, () => {
      const failures = failuresOf(run(`${name}.yml`));
      assert.equal(failures.length, count, failures.join('\n'));
      assert.match(failures[0] ?? '', first);
    });
  }
});
