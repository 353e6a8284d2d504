/** A part of a text: offsets in it. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** Where an offset stands in a text; both from 1. */
export function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1) ?? '').length + 1 };
}

/** A message, the offending line of the text, and carets beneath the offending part: for a terminal or a monospaced page. */
export function withCarets(message: string, text: string, { start, end }: TextSpan): string {
  const { line, column } = lineAndColumn(text, start);
  const shown = text.split('\n')[line - 1] ?? '';
  // A tab stays a tab, so that the carets stand right however wide tabs are shown.
  const indent = shown.slice(0, column - 1).replaceAll(/[^\t]/g, ' ');
  const width = Math.max(1, Math.min(end - start, shown.length - indent.length));
  return `${message}\n${shown}\n${indent}${'^'.repeat(width)}`;
}
