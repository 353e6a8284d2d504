import { parseDuration } from '../../model/duration.ts';
import { parseNumber } from '../number-literal.ts';
import { parseExpression } from '../parser.ts';
import { parseSeriesNotation, parseValues, type NotedSeries } from '../series-notation.ts';
import type { Matrix, Value } from '../value.ts';
import { almostEqual, differenceOfMatrix, differenceOfVector } from './compare.ts';
import type { EvalBlock } from './test-file.ts';

/** What differs between a value and the result lines of an evaluation; undefined when nothing does. */
export function differenceOfValue(block: EvalBlock, value: Value): string | undefined {
  const text = block.expectations.find(({ kind }) => kind === 'string');
  if (text !== undefined) return differenceOfText(text.text, value);
  const bare = bareNumber(block.results);
  if (bare !== undefined) {
    if (value.type !== 'scalar') return `a ${value.type}, not the scalar ${bare}`;
    return almostEqual(value.value, bare) ? undefined : `is ${value.value}, not ${bare}`;
  }
  const expected = block.results.map(parseSeriesNotation);
  const isOrdered = block.expectations.some(({ kind }) => kind === 'ordered');
  if (value.type === 'vector') return differenceOfVector(value, expected, isOrdered);
  if (value.type === 'matrix') return differenceOfSteps(block, value, expected);
  return `a ${value.type} was not expected`;
}

function differenceOfSteps(
  { when, expectations }: EvalBlock,
  value: Matrix,
  expected: readonly NotedSeries[],
): string | undefined {
  if (when.kind === 'range') return differenceOfMatrix(value, expected, when.start, when.step);
  const range = expectations.find(({ kind }) => kind === 'range vector');
  const bounds = /from (\S+) to \S+ step (\S+)/.exec(range?.text ?? '');
  if (bounds === null) return 'a range vector was not expected';
  return differenceOfMatrix(value, expected, parseDuration(bounds[1] ?? ''), parseDuration(bounds[2] ?? ''));
}

function differenceOfText(expected: string, value: Value): string | undefined {
  const literal = parseExpression(expected);
  const isEqual = value.type === 'string' && literal.kind === 'string' && value.value === literal.value;
  return isEqual ? undefined : `is not the string ${expected}`;
}

function bareNumber(results: readonly string[]): number | undefined {
  const [only = ''] = results;
  if (results.length !== 1) return undefined;
  const isNumber =
    /^[-+]?(?:inf|nan)$/i.test(only) || parseNumber(only.replace(/^[-+]/, ''))?.kind === 'number';
  const value = isNumber ? parseValues(only)[0] : undefined;
  return typeof value === 'number' ? value : undefined;
}
