import type { Labels } from '../../../model/labels.ts';
import type { ListFrame } from '../frames.ts';
import type { Instant, VectorNode } from '../node.ts';
import { FlagScratch, FloatScratch, IntScratch } from '../scratch.ts';
import { hasElements } from '../view.ts';
import type { Join } from './join-one-to-one.ts';
import { matchPart, MatchSignatures } from './match-signatures.ts';
import { MISSING, PairFrame } from './pair-frame.ts';
import { multipleMatches, Partners } from './partners.ts';

/** The "many" and the "one" side of a join; one to one, the left is the "many". */
export interface Sides<T> {
  readonly many: T;
  readonly one: T;
}

/** Finds the pairs of a join, as parallel columns of which the first `length` count. */
export class PairFinder {
  length = 0;
  /** Positions of the results in `frame`. */
  results: Int32Array = new Int32Array(0);
  many: Float64Array = new Float64Array(0);
  one: Float64Array = new Float64Array(0);
  readonly #isOneToOne: boolean;
  readonly #fill: Sides<number | undefined>;
  readonly #signatures: MatchSignatures;
  readonly #partners: Partners;
  readonly #pairs: PairFrame;
  readonly #columns = { results: new IntScratch(), many: new FloatScratch(), one: new FloatScratch() };
  readonly #matched = new FlagScratch();
  readonly #claimed = new IntScratch();
  /** By result the signature, from 1 on, that it was found for. */
  #claims: Int32Array = new Int32Array(0);

  constructor(join: Join, nodes: Sides<VectorNode>) {
    const { matching, labelsOf, dropsName } = join;
    const { many, one } = nodes;
    const matched = matchPart(matching).of;
    this.#isOneToOne = matching.cardinality === 'one-to-one';
    // As in Prometheus `fill_left` is for the "many" side, also under `group_right`, where that stands on the right.
    this.#fill = { many: matching.fill?.left, one: matching.fill?.right };
    this.#signatures = new MatchSignatures(matching, many.frame, one.frame);
    this.#partners = new Partners(matching.cardinality === 'one-to-many' ? 'left' : 'right', matched);
    // A side that is missing has the labels that it would have had to share.
    const shared = (labels: Labels | undefined): Labels => (labels === undefined ? {} : matched(labels));
    const resultLabels = (manyLabels: Labels | undefined, oneLabels: Labels | undefined): Labels =>
      labelsOf(manyLabels ?? shared(oneLabels), oneLabels ?? shared(manyLabels));
    this.#pairs = new PairFrame(many.frame, one.frame, resultLabels, dropsName);
  }

  get frame(): ListFrame {
    return this.#pairs.frame;
  }

  /** @throws Failure `invalid` where an element has two partners on the "one" side, or its result is not its own */
  find({ many, one }: Sides<Instant>): void {
    this.length = 0;
    if (!this.#canMatch(many, one)) return;
    this.#signatures.update(() => this.#pairs.clear());
    const { size, left, right } = this.#signatures;
    const slots = this.#partners.index(one, right.values, size);
    const matched = this.#matched.cleared(size);
    this.#makeRoom(many.frame.length + one.frame.length);
    this.#pairUp(many, one, left.values, slots, matched);
    if (this.#fill.many !== undefined) this.#fillUp(one, right.values, matched, this.#fill.many);
  }

  /** Where nothing can match, Prometheus does not look for ambiguous elements. */
  #canMatch(many: Instant, one: Instant): boolean {
    const fills = this.#fill.many !== undefined || this.#fill.one !== undefined;
    return fills || (hasElements(many) && hasElements(one));
  }

  #pairUp(many: Instant, one: Instant, ids: Int32Array, slots: Int32Array, matched: Uint8Array): void {
    const { results, many: manyValues, one: oneValues } = this;
    const { length } = many.frame;
    const fills = this.#fill.one !== undefined;
    const fill = this.#fill.one ?? 0;
    let index = this.length;
    for (let position = 0; position < length; position++) {
      const id = ids[position] ?? 0;
      const partner = slots[id] ?? MISSING;
      if (many.present[position] !== 1 || (partner === MISSING && !fills)) continue;
      const result = this.#pairs.resultOf(position, partner);
      this.#claim(result, id, matched);
      results[index] = result;
      manyValues[index] = many.values[position] ?? 0;
      oneValues[index] = partner === MISSING ? fill : (one.values[partner] ?? 0);
      index++;
    }
    this.length = index;
  }

  /** Elements of the "one" side without a partner get one with the value `fill`. */
  #fillUp(one: Instant, ids: Int32Array, matched: Uint8Array, fill: number): void {
    for (let position = 0; position < one.frame.length; position++) {
      const id = ids[position] ?? 0;
      if (one.present[position] !== 1 || matched[id] === 1) continue;
      const result = this.#pairs.resultOf(MISSING, position);
      this.#claim(result, id, matched);
      this.results[this.length] = result;
      this.many[this.length] = fill;
      this.one[this.length++] = one.values[position] ?? 0;
    }
  }

  // A second match is a mistake in the expression also while a comparison filters it out.
  #claim(result: number, id: number, matched: Uint8Array): void {
    const isTaken = this.#isOneToOne ? matched[id] === 1 : this.#claims[result] === id + 1;
    if (isTaken) throw multipleMatches(this.#isOneToOne);
    matched[id] = 1;
    this.#claims[result] = id + 1;
  }

  #makeRoom(pairs: number): void {
    this.results = this.#columns.results.take(pairs);
    this.many = this.#columns.many.take(pairs);
    this.one = this.#columns.one.take(pairs);
    this.#claims = this.#claimed.filled(this.frame.length + pairs, 0);
  }
}
