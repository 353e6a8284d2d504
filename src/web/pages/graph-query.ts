import { Hono } from 'hono';
import { z } from 'zod';
import type { Threshold } from '../../model/alert.ts';
import { parseDuration } from '../../model/duration.ts';
import { Failure } from '../../model/failure.ts';
import { formatLabels } from '../../model/labels.ts';
import { parseExpression } from '../../promql/parser.ts';
import { printExpression } from '../../promql/print.ts';
import { unwrap, type Expr } from '../../promql/tree.ts';
import { thresholdOf } from '../../ruler/threshold.ts';

/** Lines that can still be told apart. */
export const MOST_SERIES = 20;
/** Points of a line: more than a phone has columns. */
const POINTS = 240;
const LONGEST_MS = 400 * 86_400_000;

const sample = z.tuple([z.number(), z.string()]);
const metric = z.record(z.string(), z.string());
const texts = z.array(z.string()).default([]);
const answer = z.discriminatedUnion('status', [
  z.object({
    status: z.literal('success'),
    data: z.object({ result: z.array(z.object({ metric, values: z.array(sample) })) }),
    warnings: texts,
  }),
  z.object({ status: z.literal('error'), errorType: z.string(), error: z.string() }),
]);

export interface GraphSeries {
  readonly name: string;
  /** ms and value, in order; what is no number is left out. */
  readonly points: readonly (readonly [number, number])[];
}

export interface Graph {
  /** What is drawn: without the comparison of the expression that was asked for. */
  readonly drawn: string;
  readonly threshold?: Threshold;
  readonly series: readonly GraphSeries[];
  readonly start: number;
  readonly end: number;
  readonly stepMs: number;
  readonly warnings: readonly string[];
}

/** Asks for graphs. @throws Failure `invalid` (a ParseError where the expression is none), `rate_limited` */
export type AskGraph = (
  expression: string,
  range: string,
  now: number,
  signal: AbortSignal,
) => Promise<Graph>;

/** Graphs by the query API itself, so by its turns and limits. */
export function createAskGraph(prometheus: Hono): AskGraph {
  const api = new Hono().route('/', prometheus).onError((error) => {
    throw error;
  });

  return async (expression, range, now, signal) => {
    const rangeMs = rangeOf(range);
    const { drawn, threshold } = uncompared(parseExpression(expression));
    const stepMs = Math.max(1000, Math.ceil(rangeMs / POINTS / 1000) * 1000);
    const start = now - rangeMs;
    const body = new URLSearchParams({
      query: drawn,
      start: String(start / 1000),
      end: String(now / 1000),
      step: String(stepMs / 1000),
      limit: String(MOST_SERIES),
    });
    const response = await api.request(
      new Request('http://localhost/query_range', { method: 'POST', body, signal }),
    );
    const parsed = answer.parse(await response.json());
    if (parsed.status === 'error')
      throw new Failure(response.status === 503 ? 'rate_limited' : 'invalid', parsed.error);
    const series = parsed.data.result.map(({ metric: labels, values }) => ({
      name: formatLabels(labels),
      points: values
        .map(([time, value]) => [time * 1000, Number(value)] as const)
        .filter(([, value]) => Number.isFinite(value)),
    }));
    const { warnings } = parsed;
    return {
      drawn,
      series,
      start,
      end: now,
      stepMs,
      warnings,
      ...(threshold === undefined ? {} : { threshold }),
    };
  };
}

function rangeOf(text: string): number {
  const rangeMs = parseDuration(text);
  if (rangeMs > 0 && rangeMs <= LONGEST_MS) return rangeMs;
  throw new Failure('invalid', `a range is longer than nothing and at most 400 days, not ${text}`);
}

/** A rule's expression has values only where it is true; what it compares has them always, and the threshold is a line. */
function uncompared(expr: Expr): { drawn: string; threshold?: Threshold } {
  const threshold = thresholdOf(expr);
  return threshold === undefined
    ? { drawn: printExpression(expr) }
    : { drawn: printExpression(withoutComparison(expr)), threshold };
}

function withoutComparison(expr: Expr): Expr {
  const node = unwrap(expr);
  if (node.kind !== 'binary') return node;
  if (node.operator === 'and' || node.operator === 'unless')
    return { ...node, left: withoutComparison(node.left) };
  return node.right.type === 'scalar' ? node.left : node.right;
}
