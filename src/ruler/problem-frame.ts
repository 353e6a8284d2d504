import type { RuleProblem } from './rule.ts';

/** A problem as a terminal shows it: its message, the line of the file, and carets below the offending part. */
export function withCaret({ line, column, length = 1, message }: RuleProblem, fileText: string): string {
  const text = (fileText.split('\n')[line - 1] ?? '').trimEnd();
  // A tab stays a tab, so that the carets stand right however wide tabs are shown.
  const indent = text.slice(0, column - 1).replaceAll(/[^\t]/g, ' ');
  const width = Math.max(1, Math.min(length, text.length - column + 1));
  return `${message}\n  ${text}\n  ${indent}${'^'.repeat(width)}`;
}
