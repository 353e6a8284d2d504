/** What has a time at which it is to be done. */
export interface Timed {
  /** ms since the epoch; until it is taken it changes only with that of all others. */
  readonly at: number;
}

/** Things by time, the earliest first: a binary heap. Iterated in no order; all may be moved by the same time. */
export interface Turns<T extends Timed> extends Iterable<T> {
  add(item: T): void;
  /** The earliest, left where it is. */
  next(): T | undefined;
  /** Takes the earliest when its time has come. */
  takeDue(now: number): T | undefined;
}

export function createTurns<T extends Timed>(): Turns<T> {
  const heap: T[] = [];

  function at(index: number): number {
    return heap[index]?.at ?? Number.POSITIVE_INFINITY;
  }

  function swap(a: number, b: number): void {
    const [first, second] = [heap[a], heap[b]];
    if (first === undefined || second === undefined) return;
    heap[a] = second;
    heap[b] = first;
  }

  function add(item: T): void {
    heap.push(item);
    let index = heap.length - 1;
    for (let parent = (index - 1) >> 1; index > 0 && at(parent) > at(index); parent = (index - 1) >> 1) {
      swap(index, parent);
      index = parent;
    }
  }

  function sink(): void {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const least = at(left + 1) < at(left) ? left + 1 : left;
      if (at(least) >= at(index)) return;
      swap(index, least);
      index = least;
    }
  }

  function takeDue(now: number): T | undefined {
    const [first] = heap;
    if (first === undefined || first.at > now) return undefined;
    swap(0, heap.length - 1);
    heap.pop();
    sink();
    return first;
  }

  return {
    add,
    next: () => heap[0],
    takeDue,
    [Symbol.iterator]: () => heap.values(),
  };
}
