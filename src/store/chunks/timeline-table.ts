/** Numbers of times that were met before: the series of one poll share theirs. */
export class TimelineTable {
  readonly #byHash = new Map<number, { readonly times: Float64Array; readonly number: number }[]>();

  /** The number of these very times; `add` gives one where they are new. The array may be used again afterwards. */
  numberOf(times: Float64Array, add: (times: Float64Array) => number): number {
    const hash = hashOf(times);
    let same = this.#byHash.get(hash);
    if (same === undefined) this.#byHash.set(hash, (same = []));
    for (const known of same) if (areEqual(known.times, times)) return known.number;
    const number = add(times);
    same.push({ times: times.slice(), number });
    return number;
  }
}

/** FNV-1a over the words. */
function hashOf(times: Float64Array): number {
  let hash = 0x811c_9dc5;
  for (const word of new Uint32Array(times.buffer, times.byteOffset, times.length * 2)) {
    hash = Math.imul(hash ^ word, 0x0100_0193);
  }
  return hash;
}

function areEqual(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
