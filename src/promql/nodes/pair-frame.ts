import type { Labels } from '../../model/labels.ts';
import { ListFrame, type PlanFrame } from './frames.ts';
import { IntColumn } from './int-column.ts';
import { LabelIds } from './label-ids.ts';

/** Stands for the side that is missing in a pair. */
export const MISSING = -1;

const UNKNOWN = -2;
// More positions than a frame can have.
const MAX_POSITIONS = 2 ** 26;

/** The results of a join by the pairs they come from; pairs whose results have the same labels share a position. */
export class PairFrame {
  readonly frame = new ListFrame();
  readonly #many: PlanFrame;
  readonly #one: PlanFrame;
  readonly #labelsOf: (many: Labels | undefined, one: Labels | undefined) => Labels;
  readonly #dropsName: boolean;
  readonly #ids = new LabelIds();
  #known = new Map<number, number>();
  // The partner that an element of the "many" side had last, and the result of the two.
  readonly #lastPartner = new IntColumn();
  readonly #lastResult = new IntColumn();

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

  /** Takes up what the "many" side has gained. */
  extend(): void {
    for (let position = this.#lastPartner.length; position < this.#many.length; position++) {
      this.#lastPartner.push(UNKNOWN);
      this.#lastResult.push(0);
    }
  }

  clear(): void {
    this.frame.clear();
    this.#ids.clear();
    this.#known = new Map();
    this.#lastPartner.clear();
    this.#lastResult.clear();
  }

  /** The position of the result of two positions, either of which may be `MISSING`. */
  resultOf(many: number, one: number): number {
    if (many === MISSING) return this.#lookUp(many, one);
    if (this.#lastPartner.values[many] === one) return this.#lastResult.values[many] ?? 0;
    const result = this.#lookUp(many, one);
    this.#lastPartner.values[many] = one;
    this.#lastResult.values[many] = result;
    return result;
  }

  #lookUp(many: number, one: number): number {
    const key = (many + 1) * MAX_POSITIONS + one + 1;
    let result = this.#known.get(key);
    if (result === undefined) {
      result = this.#add(many, one);
      this.#known.set(key, result);
    }
    return result;
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
