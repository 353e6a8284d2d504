import { relative } from 'node:path';
import { run } from 'node:test';
import { inspect } from 'node:util';

/** What became of the tests of one file, and what is worth reading of it. */
export type FileResult = {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly durationMs: number;
  /** One text per failed test: its full name, its place, its error. */
  readonly failures: readonly string[];
  /** What the tests wrote to stdout and stderr. */
  readonly output: string;
};

type Failure = { name: string; nesting: number; line?: number; file?: string; details: { error: Error } };

/**
 * Runs one test file in a process of its own. One test may take half of the deadline; a file that
 * has not ended by it is killed and counts as a failure, and so does a file without a test.
 */
export async function runTestFile(file: string, deadlineMs: number, stop: AbortSignal): Promise<FileResult> {
  const signal = AbortSignal.any([stop, AbortSignal.timeout(deadlineMs)]);
  const names: string[] = [];
  const failures: string[] = [];
  const counts = { passed: 0, failed: 0, skipped: 0 };
  let durationMs = 0;
  let output = '';
  for await (const { type, data } of run({ files: [file], timeout: deadlineMs / 2, signal })) {
    if (type === 'test:stdout' || type === 'test:stderr') output += data.message;
    if (type === 'test:diagnostic' && data.message.startsWith('Error: ')) output += `${data.message}\n`;
    if (type === 'test:summary') durationMs = data.duration_ms;
    if (type === 'test:start') names.splice(data.nesting, Infinity, data.name);
    if (type === 'test:pass' && data.details.type !== 'suite') {
      if (data.name === file) failures.push(`✖ ${relative('', file)} has no test`);
      else if (data.skip !== undefined || data.todo !== undefined) counts.skipped += 1;
      else counts.passed += 1;
    }
    if (type === 'test:fail' && !isEchoOfInnerFailure(data)) failures.push(describe(data, names));
  }
  return { ...counts, failed: failures.length, durationMs, failures, output };
}

/** Suites and files fail because a test in them did. */
function isEchoOfInnerFailure({ details }: Failure): boolean {
  return 'failureType' in details.error && details.error.failureType === 'subtestsFailed';
}

function describe(failure: Failure, names: readonly string[]): string {
  const { error } = failure.details;
  const ofFile = failure.name === failure.file;
  const path = relative('', failure.file ?? '');
  const title = ofFile ? path : [...names.slice(0, failure.nesting), failure.name].join(' > ');
  const problem = ofFile ? fileProblem(error) : testProblem(error);
  return `✖ ${title} (${path}:${failure.line ?? 1})\n${indent(problem)}`;
}

function testProblem(error: Error): string {
  const text = typeof error.cause === 'string' ? error.cause : inspect(error.cause ?? error);
  return text.replaceAll(/\n +at .*\(?node:(internal|async_hooks)[^{\n]*/g, '');
}

function fileProblem(error: Error): string {
  const killed = 'failureType' in error && error.failureType === 'testAborted';
  return killed
    ? 'killed: it did not end in time; something that a test opened or started is still alive'
    : 'the file failed outside its tests: see its output';
}

function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '    ');
}
