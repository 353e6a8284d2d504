/** Values at steps, one after the other. */
export interface StepRow {
  /** Without meaning where nothing is present. */
  readonly values: Float64Array;
  /** 1 where there is a value. */
  readonly present: Uint8Array;
}

/** As many rows as come and go within one rule of a large fleet; what is beyond is left to the collector. */
const MOST_KEPT = 8192;
/** Ranges of different lengths that take turns: blocks, and the subqueries in them. */
const MOST_LENGTHS = 4;

/**
 * Rows used again and again: a fresh one of a day costs as much as to fill it. A row has one owner at a time, who may
 * change it, hand it on, or give it back.
 */
export class RowPool {
  readonly #free = new Map<number, StepRow[]>();

  /** A row of `count` steps, none of them present. */
  take(count: number): StepRow {
    const row = this.#free.get(count)?.pop();
    if (row === undefined) return { values: new Float64Array(count), present: new Uint8Array(count) };
    row.present.fill(0);
    return row;
  }

  /** Takes a row back that nobody looks at any more. */
  give(row: StepRow): void {
    const free = this.#freeOf(row.values.length);
    if (free.length < MOST_KEPT) free.push(row);
  }

  #freeOf(count: number): StepRow[] {
    let free = this.#free.get(count);
    if (free === undefined) {
      const [oldest] = this.#free.keys();
      if (this.#free.size >= MOST_LENGTHS && oldest !== undefined) this.#free.delete(oldest);
      this.#free.set(count, (free = []));
    }
    return free;
  }
}
