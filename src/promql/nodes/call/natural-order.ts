/**
 * How `a` stands to `b` when numbers inside of texts count as numbers: `node2` before `node10`. Compares runs of digits
 * and what is between them one after the other, as Prometheus's `sort_by_label` (github.com/facette/natsort).
 */
export function compareNatural(a: string, b: string): number {
  const left = pieces(a);
  const right = pieces(b);
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const order = comparePieces(left[index] ?? '', right[index] ?? '');
    if (order !== 0) return order;
  }
  // `01` and `1` are equal as numbers, yet one of them must come first.
  return left.length - right.length || compare(a, b);
}

function pieces(text: string): readonly string[] {
  return text.match(/\d+|\D+/g) ?? [];
}

function comparePieces(a: string, b: string): number {
  const areNumbers = /^\d/.test(a) && /^\d/.test(b);
  return areNumbers ? compare(BigInt(a), BigInt(b)) : compare(a, b);
}

function compare<T extends string | bigint>(a: T, b: T): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
