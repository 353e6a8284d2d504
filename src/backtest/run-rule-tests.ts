import { RE2JS } from 're2js';
import { Failure, messageOf } from '../model/failure.ts';
import { parseRuleFile } from '../ruler/parse-rule-file.ts';
import type { RuleFile, RuleGroup } from '../ruler/rule.ts';
import { parseRuleTestFile, type RuleTestFile } from './rule-test-file.ts';
import { runTestGroup } from './run-test-group.ts';
import type { TestFailure } from './test-failure.ts';

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
  /** Only tests whose name one of these regular expressions finds. Default: all. */
  readonly run?: readonly string[];
  /** Takes rule files with fields that Prometheus does not know. */
  readonly ignoreUnknownFields?: boolean;
}

/** How one entry of `tests` went. */
export interface RuleTestResult {
  readonly name: string;
  /** One per thing that was not as expected; empty when all was. */
  readonly failures: readonly TestFailure[];
}

export interface RuleTestReport {
  /** Why nothing could run: the file or its rules are not right. */
  readonly problems: readonly string[];
  /** What is probably not meant, and fails nothing in promtool. */
  readonly warnings: readonly string[];
  readonly results: readonly RuleTestResult[];
  /** Whether all ran and was as expected. */
  readonly passed: boolean;
}

/** Runs a rule unit-test file in promtool's format on a virtual clock, and judges as promtool does; never throws. */
export function runRuleTests(testFileText: string, options: RuleTestOptions): RuleTestReport {
  try {
    const file = parseRuleTestFile(testFileText, options.fileName);
    const { problems, warnings, groups, selected } = prepareTests(file, options);
    const results = selected.map(({ name, index }) => ({
      name,
      failures: runTestGroup(file, index, groups),
    }));
    return reportOf({ problems, warnings, results });
  } catch (error) {
    return reportOf({ problems: [messageOf(error)], warnings: [], results: [] });
  }
}

/** What the tests of a file are run with. */
export interface PreparedTests {
  /** Why none can be run. */
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
  /** In the order in which they are evaluated. */
  readonly groups: readonly RuleGroup[];
  /** The tests to run, by their place in the file. */
  readonly selected: readonly { readonly index: number; readonly name: string }[];
}

/** Reads the rules of a test file, and picks its tests. @throws Failure */
export function prepareTests(file: RuleTestFile, options: RuleTestOptions): PreparedTests {
  const { files, missing } = readRuleFiles(file, options);
  const warnings = [
    ...missing.map((pattern) => `no rule file matches ${pattern}`),
    ...orderWarnings(file, files),
  ];
  const tests = selectTests(file, options.run);
  const problems = files.flatMap((each) => each.problems).map(({ message }) => message);
  // As in promtool, rules are loaded for the tests: without any nobody sees that they are bad.
  if (problems.length > 0 && tests.length > 0) return { problems, warnings: [], groups: [], selected: [] };
  const selected = tests.map((index) => ({ index, name: nameOf(file, index, options.fileName) }));
  const groups = inOrder(files, file.group_eval_order ?? []);
  return { problems: [], warnings: [...warnings, ...problems], groups, selected };
}

/** The report with its verdict. */
export function reportOf<R extends RuleTestResult>(
  report: Omit<RuleTestReport, 'passed' | 'results'> & { readonly results: readonly R[] },
): RuleTestReport & { readonly results: readonly R[] } {
  const passed =
    report.problems.length === 0 && report.results.every(({ failures }) => failures.length === 0);
  return { ...report, passed };
}

function nameOf(file: RuleTestFile, index: number, fileName: string): string {
  const name = file.tests?.[index]?.name ?? '';
  return name === '' ? `${fileName}:${file.lineOf(['tests', index])}` : name;
}

/** The indices of the tests to run. @throws Failure for what is no regular expression */
function selectTests({ tests }: RuleTestFile, run: readonly string[] | undefined): number[] {
  const all = [...(tests ?? []).keys()];
  if (run === undefined || run.length === 0) return all;
  const patterns = run.map(compile);
  return all.filter((index) =>
    patterns.some((pattern) => pattern.matcher(tests?.[index]?.name ?? '').find()),
  );
}

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    throw new Failure('invalid', `--run ${pattern}: ${messageOf(error)}`);
  }
}

/** The rule files, each once however many entries name it, and the entries that name none. */
function readRuleFiles(
  file: RuleTestFile,
  { readRules, ignoreUnknownFields = false }: RuleTestOptions,
): { files: RuleFile[]; missing: string[] } {
  const sources = new Map<string, RuleSource>();
  const missing: string[] = [];
  for (const pattern of file.rule_files ?? []) {
    const found = readRules(pattern);
    if (found.length === 0) missing.push(pattern);
    for (const source of found) sources.set(source.name, source);
  }
  const files = Array.from(sources.values(), ({ name, text }) =>
    parseRuleFile(text, name, { ignoreUnknownFields }),
  );
  return { files, missing };
}

/** As promtool sorts: by place in `group_eval_order`, and what it does not name beside its first. */
function inOrder(files: readonly RuleFile[], order: readonly string[]): RuleGroup[] {
  const place = (group: RuleGroup): number => Math.max(0, order.indexOf(group.name));
  return files.flatMap((file) => file.groups).toSorted((a, b) => place(a) - place(b));
}

/** @throws Failure for a group that the order names twice */
function orderWarnings({ group_eval_order }: RuleTestFile, files: readonly RuleFile[]): string[] {
  const order = group_eval_order ?? [];
  const twice = order.find((name, index) => order.indexOf(name) !== index);
  if (twice !== undefined) throw new Failure('invalid', `group_eval_order names the group ${twice} twice`);
  const names = new Set(files.flatMap(({ groups }) => groups).map(({ name }) => name));
  return order
    .filter((name) => !names.has(name))
    .map((name) => `group_eval_order names the unknown group ${name}`);
}
