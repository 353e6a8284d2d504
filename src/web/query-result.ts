import { formatDecimal } from '../promql/format-decimal.ts';
import type { MatrixSeries, Value, Vector } from '../promql/value.ts';

/** A value at a time in seconds, as Prometheus answers it: a text, for JSON has no Inf and NaN. */
export type ResultSample = readonly [seconds: number, value: string];

/** `data` of an answer (prometheus.io, HTTP API, expression query result formats). */
export interface QueryResult {
  readonly resultType: Value['type'];
  readonly result: ResultSample | readonly object[];
}

/** The answer of a query at `time`, ms since the epoch. */
export function queryResult(value: Value, time: number): QueryResult {
  return { resultType: value.type, result: resultOf(value, time) };
}

function resultOf(value: Value, time: number): QueryResult['result'] {
  switch (value.type) {
    case 'scalar':
      return sample(time, value.value);
    case 'string':
      return [time / 1000, value.value];
    case 'vector':
      return vectorResult(value, time);
    case 'matrix':
      return value.series.map(seriesResult);
  }
}

function vectorResult({ labels, values }: Vector, time: number): readonly object[] {
  return Array.from(values, (value, index) => ({ metric: labels[index] ?? {}, value: sample(time, value) }));
}

function seriesResult({ labels, timestamps, values }: MatrixSeries): object {
  return {
    metric: labels,
    values: Array.from(values, (value, index) => sample(timestamps[index] ?? 0, value)),
  };
}

function sample(ms: number, value: number): ResultSample {
  return [ms / 1000, formatDecimal(value)];
}
