/** A data stream: ids are unique within a backing index, and only the newest is written to. */
export class StreamIndices {
  readonly name: string;
  readonly #indices: { readonly name: string; readonly ids: Set<string> }[] = [];
  #made = 0;

  constructor(name: string) {
    this.name = name;
    this.rollOver();
  }

  get writeIndex(): string {
    return this.names.at(-1) ?? '';
  }

  get names(): string[] {
    return this.#indices.map((index) => index.name);
  }

  rollOver(): void {
    const number = String(this.#indices.length + 1).padStart(6, '0');
    this.#indices.push({ name: `.ds-${this.name}-2026.01.01-${number}`, ids: new Set() });
  }

  /** Whether the write index did not have the id. A document without an id gets one. */
  create(id = `made-${++this.#made}`): boolean {
    const ids = this.#indices.at(-1)?.ids;
    if (ids === undefined || ids.has(id)) return false;
    ids.add(id);
    return true;
  }

  /** Whether a backing index has the id. */
  has(index: string, id: string): boolean {
    return this.#indices.some(({ name, ids }) => name === index && ids.has(id));
  }
}
