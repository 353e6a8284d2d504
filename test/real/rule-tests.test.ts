import assert from 'node:assert/strict';
import { existsSync, globSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, test } from 'node:test';
import { runRuleTests } from '../../src/backtest/run-rule-tests.ts';
import { CASE_RULES, RULE_TEST_CASES } from '../../src/backtest/testing/rule-test-cases.ts';
import { skipWithoutGo } from './go-program.ts';
import { promtool } from './promtool.ts';

const root = join(import.meta.dirname, '..', '..');
/** promtool's own test files, kept beside the repository and never inside it. */
const FILES = join(root, '..', 'shared', 'promqltest', 'promtool');
const skip = skipWithoutGo();
const ABSENT = skip === false && !existsSync(FILES) ? 'the test files of promtool are not here' : skip;

function isPassedByUs(file: string): boolean {
  const { passed } = runRuleTests(readFileSync(file, 'utf8'), {
    fileName: file,
    readRules: (pattern) =>
      globSync(resolve(dirname(file), pattern)).map((name) => ({ name, text: readFileSync(name, 'utf8') })),
  });
  return passed;
}

async function isPassedByPromtool(file: string): Promise<boolean> {
  return (await promtool(['test', 'rules', file])).code === 0;
}

describe('promtool passes and fails its test files as we do', { skip: ABSENT }, () => {
  if (ABSENT !== false) return;
  for (const name of readdirSync(FILES)) {
    test(name, async () => {
      const file = join(FILES, name);
      const [theirs, ours] = [await isPassedByPromtool(file), isPassedByUs(file)];
      // It has native histograms, which we refuse by name.
      assert.deepEqual([theirs, ours], name === 'unittest.yml' ? [true, false] : [theirs, theirs]);
    });
  }
});

describe('promtool judges our cases of test files as the table says', { skip }, () => {
  for (const [what, tests, passes] of RULE_TEST_CASES) {
    test(what, async () => {
      const folder = mkdtempSync(join(tmpdir(), 'octowatch-rule-tests-'));
      try {
        writeFileSync(join(folder, 'r.yml'), CASE_RULES);
        writeFileSync(join(folder, 't.yml'), tests);
        assert.equal(await isPassedByPromtool(join(folder, 't.yml')), passes);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});

describe('promtool passes the tests of our packs', { skip }, () => {
  for (const name of globSync('rules/*.test.yml', { cwd: root })) {
    test(name, async () => {
      const { code, stdout, stderr } = await promtool(['test', 'rules', join(root, name)]);
      assert.equal(code, 0, stdout + stderr);
    });
  }
});
