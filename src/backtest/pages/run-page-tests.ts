import { Failure, messageOf } from '../../model/failure.ts';
import {
  prepareTests,
  reportOf,
  type RuleTestOptions,
  type RuleTestReport,
  type RuleTestResult,
} from '../run-rule-tests.ts';
import { parsePageTestFile, type PageTestFile } from './page-test-file.ts';
import { runPageTest, type PageTestSetup } from './run-page-test.ts';
import type { ToldPage } from './told-page.ts';

/** The configuration of a test file: a file that it names, or a text in which it stands at its own lines. */
export type PageTestConfig = { readonly file: string } | { readonly text: string };

export interface PageTestOptions extends RuleTestOptions {
  /** Reads the configuration (a file relative to the test file). @throws Failure */
  readonly readSetup: (config: PageTestConfig) => PageTestSetup;
}

/** How one entry of `tests` went, and what receivers were told in it. */
export interface PageTestResult extends RuleTestResult {
  readonly pages: readonly ToldPage[];
}

export interface PageTestReport extends RuleTestReport {
  readonly results: readonly PageTestResult[];
}

/**
 * Runs a page test file in virtual time: promtool's unit-test file whose alerts go on through routes, inhibition,
 * silences and time intervals to receivers that write down what they are told. Never throws.
 */
export async function runPageTests(text: string, options: PageTestOptions): Promise<PageTestReport> {
  try {
    const file = parsePageTestFile(text, options.fileName);
    const setup = options.readSetup(configOf(file, options.fileName));
    const { problems, warnings, groups, selected } = prepareTests(file, options);
    const results: PageTestResult[] = [];
    for (const { index, name } of selected)
      results.push({ name, ...(await runPageTest(file, index, groups, setup)) });
    return reportOf({ problems, warnings, results });
  } catch (error) {
    return reportOf({ problems: [messageOf(error)], warnings: [], results: [] });
  }
}

/** @throws Failure unless there is exactly one */
function configOf(file: PageTestFile, fileName: string): PageTestConfig {
  const { config_file: named, config } = file;
  const isInline = config !== undefined && config !== null;
  if (named !== undefined && isInline)
    throw new Failure('invalid', `${fileName}:${file.lineOf(['config'])}: config and config_file: write one`);
  if (named !== undefined) return { file: named };
  if (isInline) return { text: file.aloneAt(['config']) };
  throw new Failure(
    'invalid',
    `${fileName}:1: no configuration: name one as config_file, or write route and receivers below config`,
  );
}
