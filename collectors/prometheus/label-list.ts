import { labelPair } from '../../src/model/label-text.ts';

/** The labels of one sample while they are put together: few, so they are looked through. Made once for a page. */
export class LabelList {
  readonly #names: string[] = [];
  readonly #values: string[] = [];

  /** Takes these instead of what there was, names and values in turn; the name that is there twice, if one is. */
  fill(pairs: readonly string[]): string | undefined {
    this.#names.length = 0;
    this.#values.length = 0;
    for (let i = 0; i < pairs.length; i += 2) {
      const name = pairs[i] ?? '';
      if (this.#names.includes(name)) return name;
      this.#names.push(name);
      this.#values.push(pairs[i + 1] ?? '');
    }
    return undefined;
  }

  get(name: string): string | undefined {
    const at = this.#names.indexOf(name);
    return at < 0 ? undefined : this.#values[at];
  }

  set(name: string, value: string): void {
    const at = this.#names.indexOf(name);
    if (at >= 0) this.#values[at] = value;
    else this.#values[this.#names.push(name) - 1] = value;
  }

  /** The value of a label, which is no more among them then; empty without it. */
  take(name: string): string {
    const at = this.#names.indexOf(name);
    if (at < 0) return '';
    this.#names.splice(at, 1);
    return this.#values.splice(at, 1)[0] ?? '';
  }

  /** An empty value is no label. */
  dropEmpty(): void {
    for (let at = this.#values.length - 1; at >= 0; at--) {
      if (this.#values[at] !== '') continue;
      this.#names.splice(at, 1);
      this.#values.splice(at, 1);
    }
  }

  *pairs(): Iterable<readonly [name: string, value: string]> {
    for (const [at, name] of this.#names.entries()) yield [name, this.#values[at] ?? ''];
  }

  /** As `formatLabelText` writes them. */
  text(): string {
    this.#sort();
    let text = '';
    for (let at = 0; at < this.#names.length; at++) {
      if (at > 0) text += ',';
      text += labelPair(this.#names[at] ?? '', this.#values[at] ?? '');
    }
    return text;
  }

  /** By insertion: most pages have them sorted. */
  #sort(): void {
    const names = this.#names;
    const values = this.#values;
    for (let i = 1; i < names.length; i++) {
      const name = names[i] ?? '';
      const value = values[i] ?? '';
      let at = i;
      for (; at > 0 && (names[at - 1] ?? '') > name; at--) {
        names[at] = names[at - 1] ?? '';
        values[at] = values[at - 1] ?? '';
      }
      names[at] = name;
      values[at] = value;
    }
  }
}
