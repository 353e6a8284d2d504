import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { RuleSource, RuleTestReport } from '../backtest/run-rule-tests.ts';
import { formatFailure } from '../backtest/test-failure.ts';
import { Failure, messageOf } from '../model/failure.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';

/** What became of one test file. */
export type FileReport<R extends RuleTestReport = RuleTestReport> = R & { readonly file: string };

/** The test files that patterns name, each once. @throws Failure `invalid` for a pattern that names none */
export function testFilesOf(patterns: readonly string[], base: string): ReadonlySet<string> {
  return new Set(
    patterns.flatMap((pattern) => {
      const files = filesOf(pattern, base);
      if (files.length === 0) throw new Failure('invalid', `${pattern} names no file`);
      return files;
    }),
  );
}

/** The files that a glob names, in order. */
export function filesOf(pattern: string, base: string): readonly string[] {
  return globSync(resolve(base, pattern)).toSorted();
}

/** @throws Failure `invalid` */
export function readSource(file: string): RuleSource {
  try {
    return { name: file, text: readFileSync(file, 'utf8') };
  } catch (error) {
    throw new Failure('invalid', `cannot read ${file}: ${messageOf(error)}`);
  }
}

/** Prints what became of test files; as a table the last line counts them. Fails when one did. */
export function printTestReports(
  host: CliHost,
  reports: readonly FileReport[],
  output: 'table' | 'json',
): ExitCode {
  if (output === 'json') host.print(JSON.stringify(reports, undefined, 2));
  else printFailures(host, reports);
  return reports.every(({ passed }) => passed) ? EXIT.ok : EXIT.failure;
}

function printFailures(host: CliHost, reports: readonly FileReport[]): void {
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
