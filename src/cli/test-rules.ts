import { globSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { runRuleTests, type RuleSource } from '../backtest/run-rule-tests.ts';
import { Failure, messageOf } from '../model/failure.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';

interface Counts {
  passed: number;
  failed: number;
}

/** `octowatch test rules FILE…`: promtool's unit tests; the last line counts them, exit 1 when one failed. */
export function testRules(host: CliHost, patterns: readonly string[]): ExitCode {
  const files = new Set(patterns.flatMap((pattern) => filesOf(pattern, host.workingDirectory)));
  const counts = { passed: 0, failed: 0 };
  for (const file of files) testFile(host, file, counts);
  host.print(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed === 0 ? EXIT.ok : EXIT.failure;
}

function filesOf(pattern: string, base: string): readonly string[] {
  const files = globSync(resolve(base, pattern)).toSorted();
  if (files.length === 0) throw new Failure('invalid', `${pattern} names no file`);
  return files;
}

function testFile(host: CliHost, file: string, counts: Counts): void {
  const { problems, results } = runRuleTests(read(file).text, {
    fileName: file,
    readRules: (pattern) => filesOf(pattern, dirname(file)).map(read),
  });
  for (const problem of problems) host.print(problem);
  if (problems.length > 0) counts.failed++;
  for (const { name, failures } of results) {
    if (failures.length === 0) counts.passed++;
    else counts.failed++;
    for (const failure of failures) host.print(`${name}: ${failure}`);
  }
}

function read(file: string): RuleSource {
  try {
    return { name: file, text: readFileSync(file, 'utf8') };
  } catch (error) {
    throw new Failure('invalid', `cannot read ${file}: ${messageOf(error)}`);
  }
}
