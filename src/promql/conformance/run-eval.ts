import { messageOf } from '../../model/failure.ts';
import type { SeriesReader } from '../../model/series.ts';
import { evaluateInstant, evaluateRange } from '../evaluate.ts';
import { parseExpression } from '../parser.ts';
import type { Matrix, Scalar, Value, Vector } from '../value.ts';
import { differenceOfValue } from './compare-value.ts';
import { dependsOnRange, queriesOf, type Query } from './recheck.ts';
import type { EvalBlock, Expectation } from './test-file.ts';

/** The settings of Prometheus's own runner. */
const SETTINGS = { maxSamples: 10_000, delayedNameRemoval: true } as const;

/** Steps before and after an instant at which it is asked again as a range query. */
const RECHECK_STEP_MS = 60_000;

/** Why an evaluation does not end as its block says; undefined when it does. */
export function problemOfEval(block: EvalBlock, reader: SeriesReader, rechecks: boolean): string | undefined {
  const { expr, when } = block;
  if (when.kind === 'range') {
    return judge(block, () => evaluateRange(parseExpression(expr), { reader, ...SETTINGS, ...when }));
  }
  for (const [index, query] of queriesOf(expr, when.time, rechecks).entries()) {
    const problem = problemOfQuery(block, query, reader, rechecks);
    if (problem === undefined) continue;
    return index === 0 ? problem : `${problem} (asked again as ${query.expr} at ${query.time} ms)`;
  }
  return undefined;
}

function problemOfQuery(
  block: EvalBlock,
  { expr, time }: Query,
  reader: SeriesReader,
  rechecks: boolean,
): string | undefined {
  const options = { reader, ...SETTINGS };
  const problem = judge(block, () => evaluateInstant(parseExpression(expr), { ...options, time }));
  const isInstantOnly = block.expectations.some(({ kind }) => /^(?:fail|string|range vector)$/.test(kind));
  if (problem !== undefined || !rechecks || isInstantOnly || dependsOnRange(expr)) return problem;
  const range = { start: time - RECHECK_STEP_MS, end: time + RECHECK_STEP_MS, step: RECHECK_STEP_MS };
  const again = judge({ ...block, expectations: [] }, () => {
    const tree = parseExpression(expr);
    const middle = stepOf(evaluateRange(tree, { ...options, ...range }), time);
    return tree.type === 'scalar' ? toScalar(middle) : middle;
  });
  return again === undefined ? undefined : `as a step of a range query: ${again}`;
}

function judge(block: EvalBlock, evaluate: () => Value): string | undefined {
  const failure = block.expectations.find(({ kind }) => kind === 'fail');
  let value: Value;
  try {
    value = evaluate();
  } catch (error) {
    const message = messageOf(error);
    if (failure === undefined) return message;
    return matchesText(failure, message) ? undefined : `failed with: ${message}`;
  }
  if (failure !== undefined) return 'expected to fail';
  try {
    return differenceOfValue(block, value);
  } catch (error) {
    return `what is expected cannot be read: ${messageOf(error)}`;
  }
}

function matchesText({ mode, text }: Expectation, message: string): boolean {
  if (mode === 'msg') return message === text;
  return mode !== 'regex' || new RegExp(text).test(message);
}

function stepOf({ series }: Matrix, time: number): Vector {
  const present = series.flatMap(({ labels, timestamps, values }) => {
    const index = timestamps.indexOf(time);
    return index < 0 ? [] : [{ labels, value: values[index] ?? Number.NaN }];
  });
  return {
    type: 'vector',
    labels: present.map(({ labels }) => labels),
    values: Float64Array.from(present, ({ value }) => value),
  };
}

function toScalar({ values }: Vector): Scalar {
  return { type: 'scalar', value: values[0] ?? Number.NaN };
}
