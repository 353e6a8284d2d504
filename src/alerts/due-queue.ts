interface Entry<T> {
  readonly at: number;
  readonly item: T;
}

/** Things with a time at which each is due, ms; asking for the earliest costs nothing, however many there are. */
export class DueQueue<T> {
  readonly #times = new Map<T, number>();
  /** A binary heap by time; an entry whose time is not the item's any more is stepped over. */
  readonly #heap: Entry<T>[] = [];

  /** When the earliest is due; infinity when nothing is. */
  get next(): number {
    this.#dropStale();
    return this.#heap[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Due at `at` instead of whenever it was; at infinity it is never. */
  set(item: T, at: number): void {
    if (at === Number.POSITIVE_INFINITY) return this.delete(item);
    if (this.#times.get(item) === at) return;
    this.#times.set(item, at);
    this.#push({ at, item });
  }

  /** Due at `at`, if it was not due before then. */
  hasten(item: T, at: number): void {
    if (at < (this.#times.get(item) ?? Number.POSITIVE_INFINITY)) this.set(item, at);
  }

  delete(item: T): void {
    this.#times.delete(item);
  }

  clear(): void {
    this.#times.clear();
    this.#heap.length = 0;
  }

  /** Takes out what is due by `now`, the earliest first. */
  *takeDue(now: number): Generator<T> {
    while (this.next <= now) {
      const entry = this.#pop();
      if (entry === undefined) return;
      this.#times.delete(entry.item);
      yield entry.item;
    }
  }

  #dropStale(): void {
    for (let top = this.#heap[0]; top !== undefined && this.#isStale(top); top = this.#heap[0]) this.#pop();
  }

  #isStale({ at, item }: Entry<T>): boolean {
    return this.#times.get(item) !== at;
  }

  #push(entry: Entry<T>): void {
    const heap = this.#heap;
    let index = heap.push(entry) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.at <= entry.at) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  #pop(): Entry<T> | undefined {
    const heap = this.#heap;
    const [top] = heap;
    const last = heap.pop();
    if (last !== undefined && heap.length > 0) this.#sink(last);
    return top;
  }

  #sink(entry: Entry<T>): void {
    const heap = this.#heap;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const [a, b] = [heap[left], heap[left + 1]];
      const child = b !== undefined && a !== undefined && b.at < a.at ? left + 1 : left;
      const below = heap[child];
      if (below === undefined || below.at >= entry.at) break;
      heap[index] = below;
      index = child;
    }
    heap[index] = entry;
  }
}
