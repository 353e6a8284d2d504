import type { Labels } from '../../../model/labels.ts';
import { IntColumn } from '../int-column.ts';
import type { LabelPart } from './label-part.ts';
import { PairIds } from './pair-ids.ts';

const NONE = -1;

/** Numbers from 0 on for what label sets have in one part: the same number for equal parts. */
export class LabelIds {
  /** How many there are. */
  size = 0;
  readonly #part: LabelPart;
  /** Every text that occurs as a number: pairs of numbers are found in a third of the time that a text made of each set takes. */
  #symbols = new Map<string, number>();
  readonly #chains = new PairIds();
  /** By chain of texts, the number of the part that ends there. */
  readonly #ids = new IntColumn();

  constructor(part: LabelPart) {
    this.#part = part;
  }

  /** A part that was not seen before gets the next number. */
  of(labels: Labels): number {
    const chain = this.#part.fold(labels, this.#extend);
    while (this.#ids.length <= chain) this.#ids.push(NONE);
    const known = this.#ids.values[chain] ?? NONE;
    if (known !== NONE) return known;
    this.#ids.values[chain] = this.size;
    return this.size++;
  }

  clear(): void {
    this.size = 0;
    this.#symbols = new Map();
    this.#chains.clear();
    this.#ids.clear();
  }

  /** The chain `chain` with `text` at its end; 0 is the empty one. */
  readonly #extend = (chain: number, text: string): number => {
    let symbol = this.#symbols.get(text);
    if (symbol === undefined) {
      symbol = this.#symbols.size;
      this.#symbols.set(text, symbol);
    }
    return this.#chains.of(chain, symbol) + 1;
  };
}
