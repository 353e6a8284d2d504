/** What is expected and not there, and what is there and not expected; each element counts as often as it stands. */
export function differenceOf<T>(
  expected: readonly T[],
  got: readonly T[],
  isSame: (expected: T, got: T) => boolean,
): { missing: T[]; extra: T[] } {
  const extra = [...got];
  const missing = expected.filter((each) => {
    const at = extra.findIndex((other) => isSame(each, other));
    if (at >= 0) extra.splice(at, 1);
    return at < 0;
  });
  return { missing, extra };
}
