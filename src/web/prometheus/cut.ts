import type { Value } from '../../promql/value.ts';

/** What a client is told of a result that `limit` cut, in Prometheus's words. */
export const TRUNCATED = 'results truncated due to limit';

/** A value with so many series at most; 0 is no limit. */
export function cut(value: Value, limit: number): { value: Value; isCut: boolean } {
  if (limit === 0) return { value, isCut: false };
  if (value.type === 'matrix' && value.series.length > limit)
    return { value: { ...value, series: value.series.slice(0, limit) }, isCut: true };
  if (value.type === 'vector' && value.values.length > limit) {
    const [labels, values] = [value.labels.slice(0, limit), value.values.slice(0, limit)];
    return { value: { ...value, labels, values }, isCut: true };
  }
  return { value, isCut: false };
}
