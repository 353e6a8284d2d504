import { parseDuration } from '../../model/duration.ts';
import { messageOf } from '../../model/failure.ts';
import { evaluateInstant, evaluateRange } from '../evaluate.ts';
import { parseNumber } from '../number-literal.ts';
import { parseExpression } from '../parser.ts';
import type { Value } from '../value.ts';
import { almostEqual, differenceOfMatrix, differenceOfVector } from './compare.ts';
import { MemorySeries } from './memory-series.ts';
import { recheckAsRange, recheckAtOtherTimes } from './recheck.ts';
import { parseSeriesNotation, parseValues, type NotedSeries } from './series-notation.ts';
import { parseTestFile, type EvalBlock, type Expectation } from './test-file.ts';

/** What became of one `eval` of a test file. */
export interface EvalOutcome {
  /** From 1. */
  readonly line: number;
  readonly expr: string;
  /** Why it failed; undefined when it passed. */
  readonly problem: string | undefined;
}

/**
 * Runs a file in Prometheus's `.test` format against the evaluator: values, order, and expected failures with their
 * messages. As in Prometheus's runner, an instant query is asked again with `@` at other times and as a range query. Warnings (`expect warn`, `expect info`) are not compared.
 * @throws Failure `invalid` when the file is not in that format
 */
export function runTestFile(text: string): readonly EvalOutcome[] {
  let series = new MemorySeries();
  const outcomes: EvalOutcome[] = [];
  for (const block of parseTestFile(text)) {
    if (block.kind === 'clear') series = new MemorySeries();
    else if (block.kind === 'load') load(series, block.series, block.intervalMs);
    else outcomes.push({ line: block.line, expr: block.expr, problem: problemOf(block, series) });
  }
  return outcomes;
}

function load(into: MemorySeries, lines: readonly string[], intervalMs: number): void {
  // A start timestamp line says something of the next series that floats do not need.
  for (const line of lines.filter((text) => !/^\S*@st\s/.test(text))) {
    const { labels, values } = parseSeriesNotation(line);
    into.load(labels, values, intervalMs);
  }
}

function problemOf(block: EvalBlock, series: MemorySeries): string | undefined {
  const failure = block.expectations.find(({ kind }) => kind === 'fail');
  let value: Value;
  try {
    value = evaluate(block, series);
  } catch (error) {
    const message = messageOf(error);
    if (failure === undefined) return message;
    return matchesText(failure, message) ? undefined : `failed with: ${message}`;
  }
  if (failure !== undefined) return 'expected to fail';
  return compare(block, value) ?? recheck(block, value, series);
}

function recheck({ expr, when }: EvalBlock, value: Value, series: MemorySeries): string | undefined {
  if (when.kind !== 'instant') return undefined;
  const tree = parseExpression(expr);
  return (
    recheckAtOtherTimes(tree, when.time, value, series) ?? recheckAsRange(tree, when.time, value, series)
  );
}

function matchesText({ mode, text }: Expectation, message: string): boolean {
  if (mode === 'msg') return message === text;
  return mode !== 'regex' || new RegExp(text).test(message);
}

function evaluate({ expr, when }: EvalBlock, reader: MemorySeries): Value {
  const tree = parseExpression(expr);
  if (when.kind === 'instant') return evaluateInstant(tree, { reader, time: when.time });
  return evaluateRange(tree, { reader, ...when });
}

function compare(block: EvalBlock, value: Value): string | undefined {
  const text = block.expectations.find(({ kind }) => kind === 'string');
  if (text !== undefined) return compareText(text.text, value);
  const bare = bareNumber(block.results);
  if (bare !== undefined && value.type === 'scalar') {
    return almostEqual(value.value, bare) ? undefined : `is ${value.value}, not ${bare}`;
  }
  const expected = block.results.map(parseSeriesNotation);
  const isOrdered = block.expectations.some(({ kind }) => kind === 'ordered');
  if (value.type === 'vector') return differenceOfVector(value, expected, isOrdered);
  if (value.type === 'matrix') return compareMatrix(block, value, expected);
  return `a ${value.type} was not expected`;
}

function compareMatrix(
  block: EvalBlock,
  value: Extract<Value, { type: 'matrix' }>,
  expected: readonly NotedSeries[],
): string | undefined {
  if (block.when.kind === 'range')
    return differenceOfMatrix(value, expected, block.when.start, block.when.step);
  const range = block.expectations.find(({ kind }) => kind === 'range vector');
  const bounds = /from (\S+) to \S+ step (\S+)/.exec(range?.text ?? '');
  if (bounds === null) return 'a range vector was not expected';
  return differenceOfMatrix(value, expected, parseDuration(bounds[1] ?? ''), parseDuration(bounds[2] ?? ''));
}

function compareText(expected: string, value: Value): string | undefined {
  const literal = parseExpression(expected);
  const isEqual = value.type === 'string' && literal.kind === 'string' && value.value === literal.value;
  return isEqual ? undefined : `is not the string ${expected}`;
}

function bareNumber(results: readonly string[]): number | undefined {
  const [only = ''] = results;
  if (results.length !== 1) return undefined;
  if (/^[-+]?(?:inf|nan)$/i.test(only) || parseNumber(only.replace(/^[-+]/, ''))?.kind === 'number') {
    const value = parseValues(only)[0];
    return typeof value === 'number' ? value : undefined;
  }
  return undefined;
}
