import { dirname } from 'node:path';
import { runRuleTests } from '../backtest/run-rule-tests.ts';
import type { CliHost, ExitCode } from './host.ts';
import { filesOf, printTestReports, readSource, testFilesOf, type FileReport } from './test-files.ts';

export interface TestRulesOptions {
  /** Regular expressions of the names of tests to run; all when left out. */
  readonly run?: readonly string[];
  readonly ignoreUnknownFields?: boolean;
  readonly output: 'table' | 'json';
}

/** `octowatch test rules FILE…`: promtool's unit tests; the last line counts them, exit 1 when one failed. */
export function testRules(host: CliHost, patterns: readonly string[], options: TestRulesOptions): ExitCode {
  const files = testFilesOf(patterns, host.workingDirectory);
  return printTestReports(
    host,
    Array.from(files, (file) => testFile(file, options)),
    options.output,
  );
}

function testFile(file: string, { run = [], ignoreUnknownFields = false }: TestRulesOptions): FileReport {
  const report = runRuleTests(readSource(file).text, {
    fileName: file,
    readRules: (pattern) => filesOf(pattern, dirname(file)).map(readSource),
    run,
    ignoreUnknownFields,
  });
  return { file, ...report };
}
