import { dirname } from 'node:path';
import type { PageTestSetup } from '../backtest/pages/run-page-test.ts';
import { runPageTests, type PageTestConfig, type PageTestReport } from '../backtest/pages/run-page-tests.ts';
import { readRuleTexts } from '../config/rule-files.ts';
import { parseConfig, readConfig } from './config-file.ts';
import type { CliHost, ExitCode } from './host.ts';
import { onCallSetup } from './on-call-setup.ts';
import { printTestReports, readSource, testFilesOf, type FileReport } from './test-files.ts';

export interface TestPagesOptions {
  /** Regular expressions of the names of tests to run; all when left out. */
  readonly run?: readonly string[];
  readonly output: 'table' | 'json';
}

/**
 * `octowatch test pages FILE…`: tests from series to what receivers are told; the last line counts them, exit 1 when one
 * failed. As JSON it has all that was told.
 */
export async function testPages(
  host: CliHost,
  patterns: readonly string[],
  { run = [], output }: TestPagesOptions,
): Promise<ExitCode> {
  const reports: FileReport<PageTestReport>[] = [];
  for (const file of testFilesOf(patterns, host.workingDirectory))
    reports.push({ file, ...(await testFile(host, file, run)) });
  return printTestReports(host, reports, output);
}

function testFile(host: CliHost, file: string, run: readonly string[]): Promise<PageTestReport> {
  const folder = dirname(file);
  return runPageTests(readSource(file).text, {
    fileName: file,
    readRules: (pattern) => readRuleTexts([pattern], folder, host.programRoot),
    readSetup: (source) => setupOf(host, file, source),
    run,
  });
}

function setupOf(host: CliHost, file: string, source: PageTestConfig): PageTestSetup {
  const warn = (text: string): void => host.printError(text);
  const from = { env: host.env, workingDirectory: dirname(file) };
  const config =
    'file' in source ? readConfig(from, source.file, warn) : parseConfig(host, file, source.text, warn);
  return { onCall: onCallSetup(host, config), externalLabels: config.external_labels };
}
