import type { Labels } from '../../model/labels.ts';
import { HASH, RECORD, type SeriesColumns } from './series-columns.ts';

/** Finds a series by all its labels: an open-addressing table of ids. */
export class LabelTable {
  readonly #columns: SeriesColumns;
  /** Ids plus 1; 0 where there is none. */
  #slots = new Int32Array(512);
  size = 0;

  constructor(columns: SeriesColumns) {
    this.#columns = columns;
  }

  /** The series with exactly these labels, -1 without one. */
  find(labels: Labels, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = (this.#slots[slot] ?? 0) - 1;
      if (id < 0) return -1;
      if (this.#hashOf(id) === hash && areSame(this.#columns.labels[id] ?? {}, labels)) return id;
    }
  }

  add(id: number): void {
    if (++this.size * 2 > this.#slots.length) this.#grow();
    this.#insert(id);
  }

  remove(id: number): void {
    const mask = this.#slots.length - 1;
    let hole = this.#hashOf(id) & mask;
    while (this.#slots[hole] !== id + 1) hole = (hole + 1) & mask;
    this.size--;
    // What stands behind the hole and would no longer be found moves into it.
    for (let slot = (hole + 1) & mask; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      const home = this.#hashOf((this.#slots[slot] ?? 0) - 1) & mask;
      if (((slot - home) & mask) < ((slot - hole) & mask)) continue;
      this.#slots[hole] = this.#slots[slot] ?? 0;
      hole = slot;
    }
    this.#slots[hole] = 0;
  }

  #insert(id: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#hashOf(id) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = id + 1;
  }

  #grow(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    for (let i = 0; i < old.length; i++) if (old[i] !== 0) this.#insert((old[i] ?? 0) - 1);
  }

  #hashOf(id: number): number {
    return this.#columns.records[id * RECORD + HASH] ?? 0;
  }
}

/** Whether the labels of a series, which has no empty ones, are `labels`. */
function areSame(known: Labels, labels: Labels): boolean {
  let size = 0;
  for (const name of Object.keys(labels)) {
    const value = labels[name] ?? '';
    if (value === '') continue;
    if (known[name] !== value) return false;
    size++;
  }
  return size === Object.keys(known).length;
}
