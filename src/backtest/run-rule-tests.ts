import { Failure, messageOf } from '../model/failure.ts';
import { parseRuleFile } from '../ruler/parse-rule-file.ts';
import type { RuleProblem, RuleGroup } from '../ruler/rule.ts';
import { parseRuleTestFile, type RuleTestFile } from './rule-test-file.ts';
import { runTestGroup } from './run-test-group.ts';

/** A rule file as a test file names it, already read. */
export interface RuleSource {
  readonly name: string;
  readonly text: string;
}

export interface RuleTestOptions {
  /** What positions in messages name. */
  readonly fileName: string;
  /** Reads the files of one entry of `rule_files` (a path or glob, relative to the test file). @throws Failure */
  readonly readRules: (pattern: string) => readonly RuleSource[];
}

/** How one entry of `tests` went. */
export interface RuleTestResult {
  readonly name: string;
  /** One per thing that was not as expected; empty when all was. */
  readonly failures: readonly string[];
}

export interface RuleTestReport {
  /** Why nothing could run: the file or its rules are not right. */
  readonly problems: readonly string[];
  readonly results: readonly RuleTestResult[];
  /** Whether all ran and was as expected. */
  readonly passed: boolean;
}

/** Runs a rule unit-test file in promtool's format on a virtual clock; never throws. */
export function runRuleTests(testFileText: string, options: RuleTestOptions): RuleTestReport {
  try {
    const file = parseRuleTestFile(testFileText, options.fileName);
    const { groups, problems } = loadRules(file, options);
    if (problems.length > 0) return failed(problems.map(({ message }) => message));
    const results = (file.tests ?? []).map((test, index) => {
      const where = `${options.fileName}:${file.lineOf(['tests', index])}`;
      const name = test.name ?? where;
      return {
        name,
        failures: runTestGroup(file, index, groups).map((failure) => `${options.fileName}:${failure}`),
      };
    });
    return { problems: [], results, passed: results.every(({ failures }) => failures.length === 0) };
  } catch (error) {
    return failed([messageOf(error)]);
  }
}

function failed(problems: readonly string[]): RuleTestReport {
  return { problems, results: [], passed: false };
}

function loadRules(
  file: RuleTestFile,
  { readRules, fileName }: RuleTestOptions,
): { groups: RuleGroup[]; problems: readonly RuleProblem[] } {
  const files = (file.rule_files ?? []).flatMap((pattern) => {
    const sources = readRules(pattern);
    if (sources.length === 0) throw new Failure('not_found', `${fileName}: no rule file matches ${pattern}`);
    return sources.map(({ name, text }) => parseRuleFile(text, name));
  });
  const groups = files.flatMap((each) => each.groups);
  return {
    groups: inOrder(groups, file.group_eval_order ?? []),
    problems: files.flatMap((each) => each.problems),
  };
}

/** Groups named in `group_eval_order` first and in that order. @throws Failure for a name that is no group's */
function inOrder(groups: readonly RuleGroup[], order: readonly string[]): RuleGroup[] {
  const first = order.map((name) => {
    const group = groups.find((each) => each.name === name);
    if (group === undefined) throw new Failure('invalid', `group_eval_order names the unknown group ${name}`);
    return group;
  });
  return [...first, ...groups.filter((group) => !first.includes(group))];
}
