/**
 * Pearson's correlation of the pairs where both have a value (NaN is none): -1 to 1, 0 where one of them does not vary.
 * Undefined of fewer than `least` pairs.
 */
export function correlation(a: Float64Array, b: Float64Array, least: number): number | undefined {
  let count = 0;
  let sumA = 0;
  let sumB = 0;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i] ?? Number.NaN, b[i] ?? Number.NaN];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    count++;
    sumA += x;
    sumB += y;
  }
  if (count < least) return undefined;
  return pearson(a, b, sumA / count, sumB / count);
}

/** Around the means, so that small differences of large numbers count. */
function pearson(a: Float64Array, b: Float64Array, meanA: number, meanB: number): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [(a[i] ?? Number.NaN) - meanA, (b[i] ?? Number.NaN) - meanB];
    if (Number.isNaN(x) || Number.isNaN(y)) continue;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  const scale = Math.sqrt(aa * bb);
  return scale > 0 ? Math.max(-1, Math.min(1, ab / scale)) : 0;
}
