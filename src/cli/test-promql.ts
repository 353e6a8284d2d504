import { globSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Failure, messageOf } from '../model/failure.ts';
import { runTestFile, type EvalOutcome } from '../promql/conformance/run-test-file.ts';
import { EXIT, type CliHost, type ExitCode } from './host.ts';

export interface TestPromqlOptions {
  readonly output: string;
  /** Whether each evaluation is asked again in other ways. */
  readonly rechecks: boolean;
}

interface FileResult {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly EvalOutcome[];
}

/**
 * `octowatch test promql PATH…`: Prometheus's own tests of its language, files or folders of them; the last line counts
 * evaluations, exit 1 when one failed.
 */
export async function testPromql(
  host: CliHost,
  paths: readonly string[],
  { output, rechecks }: TestPromqlOptions,
): Promise<ExitCode> {
  const files = [
    ...new Set(paths.flatMap((path) => testFilesOf(resolve(host.workingDirectory, path), path))),
  ];
  const results: FileResult[] = [];
  for (const file of files) {
    const result = runFile(file, rechecks);
    results.push(result);
    if (output !== 'json') for (const line of linesOf(result)) host.print(line);
    // Files are evaluated in one go: between them an interrupt is heard.
    await setImmediate(undefined, { signal: host.signal });
  }
  const passed = sumOf(results, 'passed');
  const failed = sumOf(results, 'failed');
  host.print(
    output === 'json' ? JSON.stringify({ passed, failed, files: results }) : countsOf({ passed, failed }),
  );
  return failed === 0 ? EXIT.ok : EXIT.failure;
}

function testFilesOf(path: string, given: string): readonly string[] {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const files = globSync(isFolder ? join(path, '*.test') : path).toSorted();
  if (files.length === 0) {
    throw new Failure('invalid', isFolder ? `${given} holds no *.test file` : `${given} names no file`);
  }
  return files;
}

function runFile(path: string, rechecks: boolean): FileResult {
  const outcomes = runTestFile(read(path), rechecks);
  const failures = outcomes.filter(({ problem }) => problem !== undefined);
  const failed = failures.length;
  return { file: basename(path), passed: outcomes.length - failed, failed, failures };
}

function linesOf({ file, failures, ...counts }: FileResult): readonly string[] {
  const lines = failures.map(({ line, expr, problem }) => `${file}:${line}: ${expr}: ${problem}`);
  return [...lines, `${file}: ${countsOf(counts)}`];
}

function countsOf({ passed, failed }: Pick<FileResult, 'passed' | 'failed'>): string {
  return `${passed} passed, ${failed} failed`;
}

function sumOf(results: readonly FileResult[], count: 'passed' | 'failed'): number {
  return results.reduce((sum, result) => sum + result[count], 0);
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Failure('invalid', `cannot read ${file}: ${messageOf(error)}`);
  }
}
