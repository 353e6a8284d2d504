/** One thing that was not as a test expects it. */
export interface TestFailure {
  /** Of the test file, from 1. */
  readonly line: number;
  /** What was asked and what went wrong, in one line. */
  readonly problem: string;
  /** What was expected and is not there as `- …`, what is there and was not expected as `+ …`. */
  readonly difference: readonly string[];
}

/** A failure as a terminal shows it: `file:line: problem`, the difference below it. */
export function formatFailure(fileName: string, { line, problem, difference }: TestFailure): string {
  return [`${fileName}:${line}: ${problem}`, ...difference.map((each) => `    ${each}`)].join('\n');
}
