import type { Labels } from '../../../model/labels.ts';
import { GrowingColumn } from '../../columns.ts';
import { FrameCursor, type PlanFrame } from '../frames.ts';
import { IntColumn } from '../int-column.ts';
import { LabelIds } from '../labels/label-ids.ts';
import { ALL_LABELS } from '../labels/label-part.ts';
import type { Instant } from '../node.ts';

/** Fewer columns without samples are no reason to make positions anew. */
const FEWEST_EMPTY = 64;

/** The answers of a node at rising times, gathered into a column for each label set: a frame of its own. */
export class StepColumns implements PlanFrame {
  epoch = 0;
  #cursor = new FrameCursor();
  /** Position of the source to column. */
  readonly #columnOf = new IntColumn();
  readonly #ids = new LabelIds(ALL_LABELS);
  #columns: GrowingColumn[] = [];
  #drops: boolean[] = [];

  get length(): number {
    return this.#columns.length;
  }

  labels(position: number): Labels {
    return this.#columns[position]?.labels ?? {};
  }

  dropsName(position: number): boolean {
    return this.#drops[position] ?? false;
  }

  columns(): readonly GrowingColumn[] {
    return this.#columns;
  }

  /** Adds the answer of one time; returns how many samples it has. @throws Failure `invalid` when it has a label set twice */
  add(time: number, { frame, values, present }: Instant): number {
    this.#extend(frame);
    const columnOf = this.#columnOf.values;
    let count = 0;
    for (let position = 0; position < frame.length; position++) {
      if (present[position] !== 1) continue;
      this.#columns[columnOf[position] ?? 0]?.append(time, values[position] ?? 0);
      count++;
    }
    return count;
  }

  /** Forgets samples up to `time`, once they are the larger part of their column. */
  forgetUpTo(time: number): void {
    let empty = 0;
    for (const column of this.#columns) {
      if ((column.timestamps[column.length >>> 1] ?? 0) <= time) column.forgetUpTo(time);
      if (column.length === 0) empty++;
    }
    if (empty > FEWEST_EMPTY && empty * 2 > this.#columns.length) this.#keep((column) => column.length > 0);
  }

  /** Forgets the samples after `time`. */
  forgetAfter(time: number): void {
    for (const column of this.#columns) column.forgetAfter(time);
  }

  clear(): void {
    this.#keep(() => false);
  }

  #keep(wanted: (column: GrowingColumn) => boolean): void {
    this.epoch++;
    this.#drops = this.#drops.filter((_drops, i) => {
      const column = this.#columns[i];
      return column !== undefined && wanted(column);
    });
    this.#columns = this.#columns.filter(wanted);
    this.#ids.clear();
    for (const { labels } of this.#columns) this.#ids.of(labels);
    this.#cursor = new FrameCursor();
  }

  #extend(frame: PlanFrame): void {
    const from = this.#cursor.advance(frame, () => this.#columnOf.clear());
    for (let position = from; position < frame.length; position++) {
      const labels = frame.labels(position);
      const column = this.#ids.of(labels);
      if (column === this.#columns.length) {
        this.#columns.push(new GrowingColumn(labels));
        this.#drops.push(frame.dropsName(position));
      }
      this.#columnOf.push(column);
    }
  }
}
