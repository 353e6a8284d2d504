import { duplicateLabels } from '../duplicate-labels.ts';
import type { RowPool, StepRow } from './step-row.ts';

/** The rows of a vector that have a value at one step at least, by rising position in its frame. */
export class StepRows {
  readonly positions: number[] = [];
  readonly rows: StepRow[] = [];

  get length(): number {
    return this.rows.length;
  }

  /** Adds a row; positions may come in any order, until `ordered`. */
  push(position: number, row: StepRow): void {
    this.positions.push(position);
    this.rows.push(row);
  }

  /** The same of a row that may have lost all its values: then it goes back. */
  keep(position: number, row: StepRow, pool: RowPool): void {
    if (row.present.includes(1)) this.push(position, row);
    else pool.give(row);
  }

  /** Brings positions in order. Rows of one position become one. @throws Failure `invalid` where two have the same step */
  ordered(pool: RowPool): this {
    const { positions, rows } = this;
    if (positions.every((position, index) => index === 0 || (positions[index - 1] ?? 0) < position))
      return this;
    const pairs = positions.map((position, index) => ({ position, row: rows[index] }));
    pairs.sort((a, b) => a.position - b.position);
    positions.length = 0;
    rows.length = 0;
    for (const { position, row } of pairs) {
      if (row === undefined) continue;
      const last = rows.at(-1);
      if (last === undefined || positions.at(-1) !== position) this.push(position, row);
      else mergeRow(row, last, pool);
    }
    return this;
  }

  /** Gives all rows back. */
  release(pool: RowPool): void {
    for (const row of this.rows) pool.give(row);
    this.positions.length = 0;
    this.rows.length = 0;
  }
}

/** Moves what `row` has to `target`. @throws Failure `invalid` where both have a value */
export function mergeRow(row: StepRow, target: StepRow, pool: RowPool): void {
  for (let step = row.present.indexOf(1); step >= 0; step = row.present.indexOf(1, step + 1)) {
    if (target.present[step] === 1) throw duplicateLabels();
    target.present[step] = 1;
    target.values[step] = row.values[step] ?? 0;
  }
  pool.give(row);
}
