import { globSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { runRuleTests, type RuleSource, type RuleTestReport } from '../backtest/run-rule-tests.ts';
import { formatFailure } from '../backtest/test-failure.ts';
import { Failure, messageOf } from '../model/failure.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';

export interface TestRulesOptions {
  /** Regular expressions of the names of tests to run; all when left out. */
  readonly run?: readonly string[];
  readonly ignoreUnknownFields?: boolean;
  readonly output: 'table' | 'json';
}

/** What became of one test file. */
interface FileReport extends RuleTestReport {
  readonly file: string;
}

/** `octowatch test rules FILE…`: promtool's unit tests; the last line counts them, exit 1 when one failed. */
export function testRules(host: CliHost, patterns: readonly string[], options: TestRulesOptions): ExitCode {
  const files = new Set(patterns.flatMap((pattern) => mustMatch(pattern, host.workingDirectory)));
  const reports = Array.from(files, (file) => testFile(file, options));
  if (options.output === 'json') host.print(JSON.stringify(reports, undefined, 2));
  else printReports(host, reports);
  return reports.every(({ passed }) => passed) ? EXIT.ok : EXIT.failure;
}

function testFile(file: string, { run = [], ignoreUnknownFields = false }: TestRulesOptions): FileReport {
  const report = runRuleTests(read(file).text, {
    fileName: file,
    readRules: (pattern) => filesOf(pattern, dirname(file)).map(read),
    run,
    ignoreUnknownFields,
  });
  return { file, ...report };
}

function printReports(host: CliHost, reports: readonly FileReport[]): void {
  const counts = { passed: 0, failed: 0 };
  for (const { file, problems, warnings, results } of reports) {
    for (const warning of warnings) host.printError(`${file}: ${warning}`);
    for (const problem of problems) host.print(problem);
    if (problems.length > 0) counts.failed++;
    for (const { name, failures } of results) {
      if (failures.length === 0) counts.passed++;
      else counts.failed++;
      for (const failure of failures) host.print(`${name}: ${formatFailure(file, failure)}`);
    }
  }
  host.print(`${counts.passed} passed, ${counts.failed} failed`);
}

function mustMatch(pattern: string, base: string): readonly string[] {
  const files = filesOf(pattern, base);
  if (files.length === 0) throw new Failure('invalid', `${pattern} names no file`);
  return files;
}

function filesOf(pattern: string, base: string): readonly string[] {
  return globSync(resolve(base, pattern)).toSorted();
}

function read(file: string): RuleSource {
  try {
    return { name: file, text: readFileSync(file, 'utf8') };
  } catch (error) {
    throw new Failure('invalid', `cannot read ${file}: ${messageOf(error)}`);
  }
}
