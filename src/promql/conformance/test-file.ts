import { parseDuration } from '../../model/duration.ts';
import { Failure, messageOf } from '../../model/failure.ts';

/** A block of a Prometheus `.test` file. */
export type TestBlock = ClearBlock | LoadBlock | EvalBlock | BadBlock;

export interface ClearBlock {
  readonly kind: 'clear';
}

/** What is no block; the rest of the file can be run. */
export interface BadBlock {
  readonly kind: 'bad';
  /** From 1. */
  readonly line: number;
  readonly text: string;
  readonly problem: string;
}

export interface LoadBlock {
  readonly kind: 'load';
  /** From 1; the series follow. */
  readonly line: number;
  readonly intervalMs: number;
  readonly series: readonly string[];
}

export interface EvalBlock {
  readonly kind: 'eval';
  /** From 1. */
  readonly line: number;
  readonly expr: string;
  readonly when:
    | { readonly kind: 'instant'; readonly time: number }
    | { readonly kind: 'range'; readonly start: number; readonly end: number; readonly step: number };
  readonly expectations: readonly Expectation[];
  /** Result lines: `<series> <values>`, or one bare number. */
  readonly results: readonly string[];
}

/** An `expect` line: `fail msg: text`. */
export interface Expectation {
  readonly kind: string;
  /** How `text` is compared: whole, by regular expression, or as an argument. */
  readonly mode: 'msg' | 'regex' | 'argument' | undefined;
  readonly text: string;
}

const INSTANT = /^eval(?:_(fail|warn|ordered|info))?\s+instant\s+(?:at\s+(\S+)\s+)?(.+)$/;
const RANGE = /^eval(?:_(fail|warn|info))?\s+range\s+from\s+(\S+)\s+to\s+(\S+)\s+step\s+(\S+)\s+(.+)$/;
const EXPECT = /^expect\s+(string|range vector|\w+)(?:\s+(msg|regex)\s*:)?\s*(.*)$/;

/** Reads the blocks of a `.test` file; an empty line or a comment ends a block. */
export function parseTestFile(text: string): readonly TestBlock[] {
  const lines = text.split('\n').map((line) => (line.trim().startsWith('#') ? '' : line.trim()));
  const blocks: TestBlock[] = [];
  for (let i = 0; i < lines.length; i++) {
    const head = lines[i] ?? '';
    if (head === '') continue;
    let end = i + 1;
    if (head !== 'clear') while ((lines[end] ?? '') !== '') end++;
    blocks.push(parseBlock(head, lines.slice(i + 1, end), i + 1));
    i = end - 1;
  }
  return blocks;
}

function parseBlock(head: string, body: readonly string[], line: number): TestBlock {
  if (head === 'clear') return { kind: 'clear' };
  try {
    const load = /^load(?:_with_nhcb)?\s+(\S+)$/.exec(head);
    if (load !== null) return { kind: 'load', line, intervalMs: parseDuration(load[1] ?? ''), series: body };
    return parseEval(head, body, line);
  } catch (error) {
    return { kind: 'bad', line, text: head, problem: messageOf(error) };
  }
}

function parseEval(head: string, body: readonly string[], line: number): EvalBlock {
  const expectations = body.filter((text) => text.startsWith('expect ')).map(parseExpectation);
  const results = body.filter((text) => !text.startsWith('expect '));
  const range = RANGE.exec(head);
  if (range !== null) {
    const [, suffix, from = '', to = '', step = '', expr = ''] = range;
    const when = { kind: 'range', start: toMs(from), end: toMs(to), step: toMs(step) } as const;
    return { kind: 'eval', line, expr, when, expectations: withSuffix(expectations, suffix), results };
  }
  const instant = INSTANT.exec(head);
  if (instant === null) throw new Failure('invalid', 'neither clear, load nor eval');
  const [, suffix, at = '0', expr = ''] = instant;
  const when = { kind: 'instant', time: toMs(at) } as const;
  return { kind: 'eval', line, expr, when, expectations: withSuffix(expectations, suffix), results };
}

function withSuffix(
  expectations: readonly Expectation[],
  suffix: string | undefined,
): readonly Expectation[] {
  return suffix === undefined ? expectations : [...expectations, { kind: suffix, mode: undefined, text: '' }];
}

function parseExpectation(line: string): Expectation {
  const match = EXPECT.exec(line);
  if (match === null) throw new Failure('invalid', `not an expectation: ${line}`);
  const [, kind = '', mode, text = ''] = match;
  const argument = text === '' ? undefined : 'argument';
  return { kind, mode: mode === 'msg' || mode === 'regex' ? mode : argument, text };
}

function toMs(text: string): number {
  if (text.startsWith('-')) return -toMs(text.slice(1));
  return /^\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : parseDuration(text);
}
