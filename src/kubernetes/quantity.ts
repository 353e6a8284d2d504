const FACTORS: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/**
 * A quantity as a number: `500m` cores are 0.5, `1Gi` is 1073741824; undefined for what is none.
 * Source: k8s.io/apimachinery, package resource, type Quantity.
 */
export function parseQuantity(text: string | undefined): number | undefined {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([A-Za-z]*))$/.exec(text ?? '');
  if (match === null) return undefined;
  const [, digits = '', exponent = '', suffix = ''] = match;
  const factor = FACTORS[suffix];
  // Divided, not multiplied, where it is a fraction: 100m is 0.1 and not 0.1000…1.
  if (factor !== undefined && factor < 1) return Number(digits) / Math.round(1 / factor);
  return factor === undefined ? undefined : Number(digits + exponent) * factor;
}
