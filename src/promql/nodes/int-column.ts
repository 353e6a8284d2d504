/** Whole numbers by position, growing with a frame. */
export class IntColumn {
  values = new Int32Array(0);
  length = 0;

  push(value: number): void {
    if (this.length === this.values.length) this.#grow();
    this.values[this.length++] = value;
  }

  clear(): void {
    this.length = 0;
  }

  #grow(): void {
    const grown = new Int32Array(Math.max(16, Math.ceil(this.length * 1.5)));
    grown.set(this.values);
    this.values = grown;
  }
}
