interface Entry {
  readonly at: number;
  readonly order: number;
  readonly action: (at: number) => void;
}

/** What is going to happen, in order of time; entries of one time keep the order in which they were made. */
export class Agenda {
  readonly #heap: Entry[] = [];
  #order = 0;

  /** When the next entry is due, ms; Infinity when there is none. */
  get next(): number {
    return this.#heap[0]?.at ?? Infinity;
  }

  add(at: number, action: (at: number) => void): void {
    const entry = { at, order: this.#order++, action };
    let index = this.#heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = this.#heap[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      this.#heap[index] = above;
      index = parent;
    }
    this.#heap[index] = entry;
  }

  /** Runs what is due up to and at `until`, what these add included. */
  run(until: number): void {
    while (this.next <= until) {
      const entry = this.#pop();
      entry?.action(entry.at);
    }
  }

  #pop(): Entry | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last !== undefined && this.#heap.length > 0) this.#sink(last);
    return first;
  }

  #sink(entry: Entry): void {
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const right = this.#heap[child + 1];
      const left = this.#heap[child];
      if (left === undefined) break;
      let smaller = left;
      if (right !== undefined && isBefore(right, left)) {
        smaller = right;
        child++;
      }
      if (!isBefore(smaller, entry)) break;
      this.#heap[index] = smaller;
      index = child;
    }
    this.#heap[index] = entry;
  }
}

function isBefore(a: Entry, b: Entry): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
