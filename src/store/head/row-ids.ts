/** Ids of series by row of a gauge dataset, one for each metric, -1 for none. */
export class RowIds {
  /** Most blocks have one row: a map for it would take 250 bytes, in ten thousands of blocks. */
  #only: { readonly key: string; readonly ids: number[] } | undefined;
  #others: Map<string, number[]> | undefined;

  get(key: string): number[] | undefined {
    return this.#only?.key === key ? this.#only.ids : this.#others?.get(key);
  }

  set(key: string, ids: number[]): void {
    const isOther = this.#others?.has(key) === true || (this.#only !== undefined && this.#only.key !== key);
    if (isOther) (this.#others ??= new Map()).set(key, ids);
    else this.#only = { key, ids };
  }

  delete(key: string): void {
    if (this.#only?.key === key) this.#only = undefined;
    else this.#others?.delete(key);
  }

  *[Symbol.iterator](): Iterator<readonly [string, number[]]> {
    if (this.#only !== undefined) yield [this.#only.key, this.#only.ids];
    if (this.#others !== undefined) yield* this.#others;
  }
}
