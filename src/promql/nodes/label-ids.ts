import { labelsKey, type Labels } from '../../model/labels.ts';

/** Numbers from 0 on for label sets: the same number for equal ones. */
export class LabelIds {
  #ids = new Map<string, number>();

  get size(): number {
    return this.#ids.size;
  }

  /** A set that was not seen before gets the next number. */
  of(labels: Labels): number {
    return this.ofKey(labelsKey(labels));
  }

  /** The same by a key that stands for the set (`LabelPart`). */
  ofKey(key: string): number {
    let id = this.#ids.get(key);
    if (id === undefined) {
      id = this.#ids.size;
      this.#ids.set(key, id);
    }
    return id;
  }

  clear(): void {
    this.#ids = new Map();
  }
}
