/** A line that a simulated server wrote, whole. */
export interface WrittenLine {
  readonly text: string;
  readonly log: number;
  /** Its place in the order of its log. */
  readonly number: number;
  /** What should become of it: a document, a dead letter, or (too long) a refusal that is counted. */
  readonly fate: 'stored' | 'dead-lettered' | 'refused';
  /** In how many files it is. */
  copies: number;
  /** Whether the spool said that it is durable. */
  taken: boolean;
  /** Its last copy was destroyed before the spool had it. */
  destroyed: boolean;
}

/** All lines that were ever written. */
export class WrittenLines {
  readonly #lines = new Map<string, WrittenLine>();
  /** Bytes of lines that were destroyed before the spool had them, their ends left out. */
  destroyedBytes = 0;

  get all(): Iterable<WrittenLine> {
    return this.#lines.values();
  }

  find(text: string): WrittenLine | undefined {
    return this.#lines.get(text);
  }

  add(line: Pick<WrittenLine, 'text' | 'log' | 'number' | 'fate'>): void {
    this.#lines.set(line.text, { ...line, copies: 1, taken: false, destroyed: false });
  }

  /** A file with this content was copied (+1), or went (-1). */
  count(content: Buffer, change: 1 | -1): void {
    for (const part of content.toString('latin1').split('\n').slice(0, -1)) {
      const line = this.#lines.get(part.endsWith('\r') ? part.slice(0, -1) : part);
      if (line === undefined) continue;
      line.copies += change;
      if (line.copies > 0 || line.taken || line.destroyed) continue;
      line.destroyed = true;
      this.destroyedBytes += line.text.length;
    }
  }
}
