const INITIAL = 256;

/**
 * Numbers rows by the symbols they have in some columns: equal symbols, equal number. An open-addressing hash over
 * whole numbers: no string and no object per row.
 */
export class RowGroups {
  readonly #columns: readonly Int32Array[];
  /** Group + 1 by slot; 0 is free. */
  #slots = new Int32Array(INITIAL * 2);
  #firstRows = new Int32Array(INITIAL);
  #size = 0;

  constructor(columns: readonly Int32Array[]) {
    this.#columns = columns;
  }

  /** How many groups there are. */
  get size(): number {
    return this.#size;
  }

  /** The first row that was asked for of each group. */
  get firstRows(): Int32Array {
    return this.#firstRows.subarray(0, this.#size);
  }

  /** The number of the row's group, counted from 0 in order of appearance. */
  of(row: number): number {
    const mask = this.#slots.length - 1;
    let slot = this.#hash(row) & mask;
    for (;;) {
      const group = (this.#slots[slot] ?? 0) - 1;
      if (group < 0) return this.#add(row, slot);
      if (this.#equal(this.#firstRows[group] ?? 0, row)) return group;
      slot = (slot + 1) & mask;
    }
  }

  #hash(row: number): number {
    const columns = this.#columns;
    let hash = 0;
    for (let i = 0; i < columns.length; i++) {
      hash = Math.imul(hash ^ (columns[i]?.[row] ?? 0), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  #equal(a: number, b: number): boolean {
    const columns = this.#columns;
    for (let i = 0; i < columns.length; i++) {
      const column = columns[i];
      if (column !== undefined && column[a] !== column[b]) return false;
    }
    return true;
  }

  #add(row: number, slot: number): number {
    const group = this.#size++;
    if (group === this.#firstRows.length) {
      const larger = new Int32Array(group * 2);
      larger.set(this.#firstRows);
      this.#firstRows = larger;
    }
    this.#firstRows[group] = row;
    this.#slots[slot] = group + 1;
    if (this.#size * 2 > this.#slots.length) this.#rehash();
    return group;
  }

  #rehash(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let group = 0; group < this.#size; group++) {
      let slot = this.#hash(this.#firstRows[group] ?? 0) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = group + 1;
    }
  }
}
