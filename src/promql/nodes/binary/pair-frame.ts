import type { Labels } from '../../../model/labels.ts';
import { ListFrame, type PlanFrame } from '../frames.ts';
import { IntColumn } from '../int-column.ts';
import { LabelIds } from '../labels/label-ids.ts';
import { ALL_LABELS } from '../labels/label-part.ts';
import { PairIds } from '../labels/pair-ids.ts';

/** Stands for the side that is missing in a pair. */
export const MISSING = -1;

/** The results of a join by the pairs they come from; pairs whose results have the same labels share a position. */
export class PairFrame {
  readonly frame = new ListFrame();
  readonly #many: PlanFrame;
  readonly #one: PlanFrame;
  readonly #labelsOf: (many: Labels | undefined, one: Labels | undefined) => Labels;
  readonly #dropsName: boolean;
  readonly #ids = new LabelIds(ALL_LABELS);
  /** Every pair that was met, and its result. */
  readonly #known = new PairIds();
  readonly #results = new IntColumn();

  /** @param labelsOf the labels of a result from those of its two sides, one of which may be missing */
  constructor(
    many: PlanFrame,
    one: PlanFrame,
    labelsOf: (many: Labels | undefined, one: Labels | undefined) => Labels,
    dropsName: boolean,
  ) {
    this.#many = many;
    this.#one = one;
    this.#labelsOf = labelsOf;
    this.#dropsName = dropsName;
  }

  clear(): void {
    this.frame.clear();
    this.#ids.clear();
    this.#known.clear();
    this.#results.clear();
  }

  /** The position of the result of two positions, either of which may be `MISSING`. */
  resultOf(many: number, one: number): number {
    const pair = this.#known.of(many, one);
    if (pair === this.#results.length) this.#results.push(this.#add(many, one));
    return this.#results.values[pair] ?? 0;
  }

  #add(many: number, one: number): number {
    const labels = this.#labelsOf(
      many === MISSING ? undefined : this.#many.labels(many),
      one === MISSING ? undefined : this.#one.labels(one),
    );
    const position = this.#ids.of(labels);
    return position < this.frame.length ? position : this.frame.push(labels, this.#dropsName);
  }
}
