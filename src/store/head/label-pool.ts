import type { Labels } from '../../model/labels.ts';

/** Keeps one copy of each label value for as long as a series uses it. */
export class LabelPool {
  readonly #uses = new Map<string, { readonly text: string; count: number }>();

  /** `labels` with shared values and without empty ones. */
  acquire(labels: Labels): Labels {
    const shared: Record<string, string> = {};
    for (const [name, value] of Object.entries(labels)) if (value !== '') shared[name] = this.#use(value);
    return shared;
  }

  release(labels: Labels): void {
    for (const value of Object.values(labels)) {
      const use = this.#uses.get(value);
      if (use !== undefined && --use.count === 0) this.#uses.delete(value);
    }
  }

  #use(value: string): string {
    let use = this.#uses.get(value);
    if (use === undefined) this.#uses.set(value, (use = { text: value, count: 0 }));
    use.count++;
    return use.text;
  }
}
