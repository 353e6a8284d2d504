import { Failure } from '../model/failure.ts';
import type { Frame, Sparse } from '../model/frame.ts';
import { labelsKey, METRIC_NAME, type Labels } from '../model/labels.ts';
import { FrameCursor } from '../promql/nodes/frames.ts';
import { withoutEmpty } from './rule-labels.ts';

/** The positions of a rule's result under the rule's name and labels. */
export class RecordedFrame implements Frame {
  readonly #source: Frame;
  readonly #own: Labels;
  readonly #names: readonly string[];
  readonly #cursor = new FrameCursor();
  /** Whether the rule's labels hide the same at all positions as at the first. */
  #hidesAlike = true;
  /** By position, where two may become one: equal for equal labels. */
  #ids: number[] = [];
  #idOf = new Map<string, number>();

  constructor(source: Frame, name: string, labels: Labels) {
    this.#source = source;
    this.#own = { ...labels, [METRIC_NAME]: name };
    this.#names = Object.keys(this.#own);
  }

  get epoch(): number {
    return this.#source.epoch;
  }

  get length(): number {
    return this.#source.length;
  }

  /** Made at each call: who writes series asks once for each. */
  labels(position: number): Labels {
    return withoutEmpty({ ...this.#source.labels(position), ...this.#own });
  }

  /** @throws Failure `invalid` when two present positions have become the same series */
  check(present: Sparse['present']): void {
    this.#grow();
    if (this.#hidesAlike) return;
    const seen = new Set<number>();
    const { length } = this;
    for (let position = 0; position < length; position++) {
      if (present[position] !== 1) continue;
      const id = (this.#ids[position] ??= this.#idAt(position));
      if (seen.has(id))
        throw new Failure(
          'invalid',
          'two series have the same labels after the labels of the rule were added',
        );
      seen.add(id);
    }
  }

  /** Different label sets stay different for as long as the same is hidden of each: mostly nothing is. */
  #grow(): void {
    const from = this.#cursor.advance(this.#source, this.#forget);
    const { length } = this;
    if (from === length || !this.#hidesAlike) return;
    const first = this.#source.labels(0);
    for (let position = from; position < length && this.#hidesAlike; position++) {
      const labels = this.#source.labels(position);
      for (const name of this.#names) if (labels[name] !== first[name]) this.#hidesAlike = false;
    }
  }

  readonly #forget = (): void => {
    this.#hidesAlike = true;
    this.#ids = [];
    this.#idOf = new Map();
  };

  #idAt(position: number): number {
    const key = labelsKey(this.labels(position));
    const id = this.#idOf.get(key) ?? this.#idOf.size;
    this.#idOf.set(key, id);
    return id;
  }
}
