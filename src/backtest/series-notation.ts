import { Failure } from '../model/failure.ts';
import type { Labels } from '../model/labels.ts';
import { parseExpression } from '../promql/parser.ts';

// No hexadecimal: `0x10` is ten more zeros.
const NUMBER = String.raw`[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[iI]nf|[nN]a[nN])`;
const EXPANDING = new RegExp(`^(${NUMBER}?)([+-]${NUMBER.replace('[+-]?', '')})?x(\\d+)$`);
const PLAIN = new RegExp(`^${NUMBER}$`);
const MAX_POINTS = 1_000_000;

/** One point of an input series: a number, a stale marker, or nothing. */
export type NotedPoint = number | 'stale' | 'missing';

/** The labels of a series as written: `up{job="x"}`, or `{a="b"}`. @throws Failure `invalid` */
export function parseSeriesLabels(text: string): Labels {
  if (text.trim() === '' || text.trim() === '{}') return {};
  const expr = parseExpression(text);
  if (expr.kind !== 'selector' || expr.matchers.some(({ operator }) => operator !== '=')) {
    throw new Failure('invalid', `not a series: ${JSON.stringify(text)} (write name{label="value"})`);
  }
  return Object.fromEntries(expr.matchers.map(({ name, value }) => [name, value]));
}

/**
 * The points of a series in Prometheus's notation, one per interval: `1 _ stale 1+2x3 5x2 _x4`.
 * `a+bxn` are n+1 points. @throws Failure `invalid`
 */
export function parsePoints(text: string): NotedPoint[] {
  if (text.includes('{{'))
    throw new Failure('invalid', 'native histograms are not supported in input series');
  const points: NotedPoint[] = [];
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    for (const point of expand(word)) points.push(point);
    if (points.length > MAX_POINTS)
      throw new Failure('too_large', `more than ${MAX_POINTS} points in a series`);
  }
  return points;
}

function expand(word: string): NotedPoint[] {
  if (word === '_') return ['missing'];
  if (word === 'stale') return ['stale'];
  const gap = /^_x(\d+)$/.exec(word);
  if (gap !== null) return Array.from<NotedPoint>({ length: bounded(gap[1]) }).fill('missing');
  const stale = /^stalex(\d+)$/.exec(word);
  if (stale !== null) return Array.from<NotedPoint>({ length: bounded(stale[1]) + 1 }).fill('stale');
  if (PLAIN.test(word)) return [numberOf(word)];
  const match = EXPANDING.exec(word);
  if (match === null || match[1] === '') throw new Failure('invalid', `not a point: ${JSON.stringify(word)}`);
  const [start, step] = [numberOf(match[1] ?? ''), match[2] === undefined ? 0 : numberOf(match[2])];
  return Array.from({ length: bounded(match[3]) + 1 }, (_, index) =>
    step === 0 ? start : start + index * step,
  );
}

function bounded(count: string | undefined): number {
  const number = Number(count);
  if (number > MAX_POINTS) throw new Failure('too_large', `more than ${MAX_POINTS} points in a series`);
  return number;
}

function numberOf(text: string): number {
  const lower = text.toLowerCase();
  if (lower.endsWith('inf')) return lower.startsWith('-') ? -Infinity : Infinity;
  return lower.endsWith('nan') ? Number.NaN : Number(text);
}
