/** A short list is an array of V8's small numbers: with its buffer, a typed array would take 200 bytes more. */
const SHORT = 64;

/** Small numbers in the order they were added, in as little memory as they need. */
export class IdList {
  /** The first `length` of them count. */
  ids: Int32Array | number[] = arrayOf(2);
  length = 0;

  push(id: number): void {
    if (this.length === this.ids.length) this.#resize(this.length + (this.length >> 1) + 2);
    this.ids[this.length++] = id;
  }

  /** Keeps those that `keep` says, in their order. */
  filter(keep: (id: number) => boolean): void {
    const { ids, length } = this;
    let kept = 0;
    for (let i = 0; i < length; i++) {
      const id = ids[i] ?? 0;
      if (keep(id)) ids[kept++] = id;
    }
    this.length = kept;
    if (kept * 3 < ids.length) this.#resize(kept + (kept >> 2) + 2);
  }

  clear(): void {
    this.length = 0;
  }

  #resize(capacity: number): void {
    const ids = arrayOf(capacity);
    for (let i = 0; i < this.length; i++) ids[i] = this.ids[i] ?? 0;
    this.ids = ids;
  }

  *[Symbol.iterator](): IterableIterator<number> {
    for (let i = 0; i < this.length; i++) yield this.ids[i] ?? 0;
  }
}

function arrayOf(capacity: number): Int32Array | number[] {
  return capacity < SHORT ? Array.from({ length: capacity }, () => 0) : new Int32Array(capacity);
}
