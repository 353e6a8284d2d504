import type { Labels } from '../../model/labels.ts';

interface Use {
  readonly text: string;
  /** Differs from text to text; what hashes are made of. */
  readonly seed: number;
  count: number;
}

/** Keeps one copy of each label name and value for as long as a series uses it. */
export class LabelPool {
  readonly #uses = new Map<string, Use>();
  #next = 1;

  /** `labels` with shared values and without empty ones. */
  acquire(labels: Labels): Labels {
    const shared: Record<string, string> = {};
    for (const name of Object.keys(labels)) {
      const value = labels[name] ?? '';
      if (value === '') continue;
      this.#use(name);
      shared[name] = this.#use(value).text;
    }
    return shared;
  }

  release(labels: Labels): void {
    for (const name of Object.keys(labels)) {
      this.#drop(name);
      this.#drop(labels[name] ?? '');
    }
  }

  /** A hash of the labels in any order; undefined when a name or value of them is in no series. */
  hash(labels: Labels): number | undefined {
    let hash = 0;
    for (const name of Object.keys(labels)) {
      const value = labels[name] ?? '';
      if (value === '') continue;
      const left = this.#uses.get(name);
      const right = this.#uses.get(value);
      if (left === undefined || right === undefined) return undefined;
      hash = (hash + mixed(Math.imul(left.seed, 0x9e3779b1) ^ right.seed)) | 0;
    }
    return hash;
  }

  #use(value: string): Use {
    let use = this.#uses.get(value);
    if (use === undefined) this.#uses.set(value, (use = { text: value, seed: this.#next++, count: 0 }));
    use.count++;
    return use;
  }

  #drop(value: string): void {
    const use = this.#uses.get(value);
    if (use !== undefined && --use.count === 0) this.#uses.delete(value);
  }
}

/** The bits of a number spread over all of 32. */
function mixed(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return hash ^ (hash >>> 16);
}
