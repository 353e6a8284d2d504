/**
 * `compute`, its answers remembered for as long as their objects live. Readers hand out the same labels for a series
 * again and again, and a rule evaluates the same tree round after round: what is derived of them is worth keeping.
 */
export function remember<K extends object, V extends string | object>(compute: (of: K) => V): (of: K) => V {
  const known = new WeakMap<K, V>();
  return (of) => {
    let value = known.get(of);
    if (value === undefined) {
      value = compute(of);
      known.set(of, value);
    }
    return value;
  };
}
