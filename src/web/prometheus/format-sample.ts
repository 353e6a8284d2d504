/** A time in ms as seconds: 1763.5. */
export function toSeconds(ms: number): number {
  return ms / 1000;
}

/**
 * A value as Prometheus's API writes it: JSON knows no Inf and NaN, so it is a text; an exponent of two digits below
 * 1e-6 and from 1e21 (util/jsonutil `MarshalFloat`).
 */
export function formatSample(value: number): string {
  const magnitude = Math.abs(value);
  if (magnitude < 1e21 && (magnitude >= 1e-6 || magnitude === 0))
    return Object.is(value, -0) ? '-0' : `${value}`;
  if (Number.isNaN(value)) return 'NaN';
  if (magnitude === Infinity) return value > 0 ? '+Inf' : '-Inf';
  return formatExponent(value);
}

/** A number with an exponent, always: `1e+00` (Go's format 'e', -1, in which alerts have their value). */
export function formatExponent(value: number): string {
  if (!Number.isFinite(value)) return formatSample(value);
  const sign = Object.is(value, -0) ? '-' : '';
  return sign + value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
}
