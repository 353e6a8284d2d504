import { globSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { runRuleTests } from '../backtest/run-rule-tests.ts';
import { Failure } from '../model/failure.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';

/** `octowatch test rules FILE…`: promtool's unit tests; the last line counts them. */
export function testRules(host: CliHost, patterns: readonly string[]): ExitCode {
  const files = patterns.flatMap((pattern) => globSync(resolve(host.workingDirectory, pattern)).toSorted());
  if (files.length === 0) throw new Failure('invalid', `${patterns.join(' ')} names no file`);
  const counts = { passed: 0, failed: 0 };
  for (const file of files) testFile(host, file, counts);
  host.print(`${counts.passed} passed, ${counts.failed} failed`);
  return counts.failed === 0 ? EXIT.ok : EXIT.failure;
}

function testFile(host: CliHost, file: string, counts: { passed: number; failed: number }): void {
  const { problems, results } = runRuleTests(readFileSync(file, 'utf8'), {
    fileName: file,
    readRules: (pattern) =>
      globSync(resolve(dirname(file), pattern)).map((name) => ({ name, text: readFileSync(name, 'utf8') })),
  });
  for (const problem of problems) host.print(problem);
  if (problems.length > 0) counts.failed++;
  for (const { name, failures } of results) {
    if (failures.length === 0) counts.passed++;
    else counts.failed++;
    for (const failure of failures) host.print(`${name}: ${failure}`);
  }
}
