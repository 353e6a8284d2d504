interface Timeline {
  readonly number: number;
  readonly from: number;
  readonly to: number;
}

/** Numbers of times that were met before: the series of one poll share theirs. */
export class TimelineTable {
  /** By the hash of its times, or the next number that is free. */
  readonly #known = new Map<number, Timeline>();
  /** All of them, one after the other: an array each would cost more than they do. */
  #times = new Float64Array(4096);
  #length = 0;

  /** The number of these very times; `add` gives one where they are new. The array may be used again afterwards. */
  numberOf(times: Float64Array, add: (times: Float64Array) => number): number {
    for (let key = hashOf(times); ; key++) {
      const known = this.#known.get(key);
      if (known === undefined) return this.#keep(key, times, add(times));
      if (this.#areAt(known, times)) return known.number;
    }
  }

  #keep(key: number, times: Float64Array, number: number): number {
    const from = this.#length;
    const to = from + times.length;
    if (to > this.#times.length) {
      const larger = new Float64Array(Math.max(to, this.#times.length * 2));
      larger.set(this.#times);
      this.#times = larger;
    }
    this.#times.set(times, from);
    this.#length = to;
    this.#known.set(key, { number, from, to });
    return number;
  }

  #areAt({ from, to }: Timeline, times: Float64Array): boolean {
    if (to - from !== times.length) return false;
    for (let i = 0; i < times.length; i++) if (times[i] !== this.#times[from + i]) return false;
    return true;
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
