/** Small numbers in the order they were added, in as little memory as they need. */
export class IdList {
  /** The first `length` of them count. */
  ids = new Int32Array(4);
  length = 0;

  push(id: number): void {
    if (this.length === this.ids.length) this.#resize(this.length + (this.length >> 1) + 4);
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
    if (kept * 3 < ids.length) this.#resize(kept + (kept >> 2) + 4);
  }

  clear(): void {
    this.length = 0;
  }

  #resize(capacity: number): void {
    const ids = new Int32Array(capacity);
    ids.set(this.ids.subarray(0, this.length));
    this.ids = ids;
  }

  *[Symbol.iterator](): IterableIterator<number> {
    for (let i = 0; i < this.length; i++) yield this.ids[i] ?? 0;
  }
}
