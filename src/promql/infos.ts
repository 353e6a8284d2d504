import { lineAndColumn } from '../model/carets.ts';
import { METRIC_NAME } from '../model/labels.ts';
import { childrenOf, unwrap, type Call, type Expr } from './tree.ts';

/** Functions that take every fall for a reset. */
const OF_COUNTERS: ReadonlySet<string> = new Set(['rate', 'irate', 'increase']);
const COUNTER = /_(?:total|sum|count|bucket)$/;

/** What may not be meant so in an expression, in Prometheus's words; `text` is the expression as written. */
export function infosOf(expr: Expr, text: string): string[] {
  const inner = childrenOf(expr).flatMap((child) => infosOf(child, text));
  return [...new Set([...(expr.kind === 'call' ? possibleNonCounter(expr, text) : []), ...inner])];
}

function possibleNonCounter({ name, args: [argument] }: Call, text: string): string[] {
  if (!OF_COUNTERS.has(name) || argument === undefined) return [];
  const range = unwrap(argument);
  if (range.kind !== 'range') return [];
  const metric = range.selector.matchers.find(
    (matcher) => matcher.name === METRIC_NAME && matcher.operator === '=',
  );
  if (metric === undefined || COUNTER.test(metric.value)) return [];
  const { line, column } = lineAndColumn(text, argument.start);
  const doubt = 'metric might not be a counter, name does not end in _total/_sum/_count/_bucket';
  return [`PromQL info: ${doubt}: ${JSON.stringify(metric.value)} (${line}:${column})`];
}
