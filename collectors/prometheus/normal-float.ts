/**
 * A bound of a histogram or summary in the one form that Prometheus 3 stores: `1` as `1.0`, `1000000` as `1e+06`.
 * Source: OpenMetrics 1.0, "Canonical Numbers". A text that is no number stays.
 */
export function normalFloat(text: string): string {
  const value = numberOf(text);
  if (value === undefined) return text;
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  if (value === Number.NEGATIVE_INFINITY) return '-Inf';
  if (Number.isNaN(value)) return 'NaN';
  const shortest = goShortest(value);
  return /[e.]/.test(shortest) ? shortest : `${shortest}.0`;
}

function numberOf(text: string): number | undefined {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Number(text);
  if (/^\+?inf(?:inity)?$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-inf(?:inity)?$/i.test(text)) return Number.NEGATIVE_INFINITY;
  return /^nan$/i.test(text) ? Number.NaN : undefined;
}

/** As Go's `strconv.FormatFloat(value, 'g', -1, 64)` writes it: an exponent below -4 and from 6 on. */
function goShortest(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits = '', power = ''] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${digits}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}
