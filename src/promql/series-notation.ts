import { Failure } from '../model/failure.ts';
import { METRIC_NAME, type Labels } from '../model/labels.ts';
import { Tokens } from './tokens.ts';

/** A value of a series in test notation; `missing` is no sample at all. */
export type NotedValue = number | 'missing' | 'stale';

/** One line of test notation: a series and its values, one per interval. */
export interface NotedSeries {
  readonly labels: Labels;
  readonly values: readonly NotedValue[];
}

// No hexadecimal: `0x10` is ten more zeros.
const NUMBER = String.raw`(?:(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[iI]nf|[nN]a[nN])`;
const REPEATED = new RegExp(`^([-+]?${NUMBER})(?:([-+]${NUMBER})?x(\\d+))?$`);
const MAX_VALUES = 1_000_000;
const SERIES =
  /^((?:[^\s{]|\{(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^}"'])*\})+(?:\s*\{(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^}"'])*\})?)(?:\s+(.*))?$/;

/**
 * Reads `metric{a="b"} 1 2 _x3 4+1x10 stale`, the notation of Prometheus's rule tests and `.test` files.
 * @throws Failure `invalid`
 */
export function parseSeriesNotation(line: string): NotedSeries {
  const match = SERIES.exec(line.trim());
  if (match === null) throw new Failure('invalid', `not a series with values: ${line}`);
  return { labels: parseLabels(match[1] ?? ''), values: parseValues(match[2] ?? '') };
}

/**
 * Reads the values alone: `1 2 _x3 4+1x10 stale`; `a+bxn` are n+1 of them.
 * @throws Failure `invalid`, or `too_large` for more than a million
 */
export function parseValues(text: string): NotedValue[] {
  const values: NotedValue[] = [];
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    for (const value of parseWord(word)) values.push(value);
    checkCount(values.length);
  }
  return values;
}

/** Reads the labels of a series: `metric{a="b"}`, `{"my.metric", a="b"}`, `{}`. @throws Failure `invalid` */
export function parseLabels(text: string): Labels {
  const tokens = new Tokens(text);
  const labels: Record<string, string> = {};
  const first = tokens.peek();
  if (first.kind === 'word' || first.kind === 'number') labels[METRIC_NAME] = tokens.next().text;
  if (tokens.acceptSymbol('{')) parsePairs(tokens, labels);
  if (tokens.peek().kind !== 'end') throw tokens.unexpected('after series');
  return labels;
}

function parsePairs(tokens: Tokens, labels: Record<string, string>): void {
  while (!tokens.acceptSymbol('}')) {
    const name = tokens.next();
    if (name.kind === 'string' && !tokens.isSymbol('=')) labels[METRIC_NAME] = name.value;
    else {
      tokens.expectSymbol('=', 'in series');
      const value = tokens.next();
      if (value.kind !== 'string') throw tokens.failure(value.start, 'a label value is a string');
      if (value.value !== '') labels[name.kind === 'string' ? name.value : name.text] = value.value;
    }
    if (!tokens.isSymbol('}')) tokens.expectSymbol(',', 'in series');
  }
}

function parseWord(word: string): readonly NotedValue[] {
  const gap = /^_(?:x(\d+))?$/.exec(word);
  if (gap !== null) return Array.from({ length: countOf(gap[1] ?? '1') }, () => 'missing' as const);
  if (word === 'stale') return ['stale'];
  if (word.startsWith('{{')) throw new Failure('invalid', `native histograms are not supported: ${word}`);
  const match = REPEATED.exec(word);
  if (match === null) throw new Failure('invalid', `not a value in series notation: ${word}`);
  const [, start = '', step = '0', times = '0'] = match;
  return Array.from({ length: countOf(times) + 1 }, runOf(toNumber(start), toNumber(step)));
}

function countOf(digits: string): number {
  const count = Number(digits);
  checkCount(count);
  return count;
}

function checkCount(count: number): void {
  if (count > MAX_VALUES) throw new Failure('too_large', `more than ${MAX_VALUES} values in a series`);
}

/** Values by repeated addition, as Prometheus makes them, so that rounding errors are the same. */
function runOf(start: number, step: number): () => number {
  let next = start;
  return () => {
    const value = next;
    next += step;
    return value;
  };
}

function toNumber(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '');
  return sign * (/^inf$/i.test(digits) ? Infinity : Number(digits));
}
