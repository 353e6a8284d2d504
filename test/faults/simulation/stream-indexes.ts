import type { JsonValue } from '../../../src/model/json.ts';

/** One document on its way into a data stream. */
export interface BulkItem {
  readonly stream: string;
  readonly id: string;
  /** JSON. */
  readonly document: string;
}

/** Data streams and their backing indexes. An id is unique within an index, not within a stream. */
export class StreamIndexes {
  /** Documents by id, of each backing index, the last one being written to. */
  readonly #streams = new Map<string, Map<string, string>[]>();
  readonly #copies = new Map<string, number>();

  /** How many backing indexes each stream has: what an attempt of unknown outcome remembers. */
  mark(): JsonValue {
    return Object.fromEntries([...this.#streams].map(([stream, indexes]) => [stream, indexes.length]));
  }

  rollOver(): void {
    for (const indexes of this.#streams.values()) indexes.push(new Map());
  }

  /**
   * Creates a document, unless the write index has its id (409) or one that was written to since the mark.
   * @param marks backing indexes by stream as they were at an earlier attempt, if there was one
   */
  create(item: BulkItem, marks?: ReadonlyMap<string, number>): void {
    const indexes = this.#indexesOf(item.stream);
    const since = marks === undefined ? indexes.length : (marks.get(item.stream) ?? 1);
    if (indexes.slice(since - 1).some((index) => index.has(item.id))) return;
    indexes.at(-1)?.set(item.id, item.document);
    const text = textOf(item.document);
    this.#copies.set(text, this.copiesOf(text) + 1);
  }

  /** How many documents hold this line. */
  copiesOf(text: string): number {
    return this.#copies.get(text) ?? 0;
  }

  hasAnywhere({ stream, id }: BulkItem): boolean {
    return this.#indexesOf(stream).some((index) => index.has(id));
  }

  /** Every document of every backing index. */
  *documents(): Iterable<BulkItem> {
    for (const [stream, indexes] of this.#streams) {
      for (const index of indexes) for (const [id, document] of index) yield { stream, id, document };
    }
  }

  #indexesOf(stream: string): Map<string, string>[] {
    const known = this.#streams.get(stream);
    if (known !== undefined) return known;
    const indexes = [new Map<string, string>()];
    this.#streams.set(stream, indexes);
    return indexes;
  }
}

/** A mark read back. */
export function marksOf(mark: JsonValue | undefined): Map<string, number> | undefined {
  if (typeof mark !== 'object' || mark === null || Array.isArray(mark)) return undefined;
  const marks = new Map<string, number>();
  for (const [stream, count] of Object.entries(mark)) if (typeof count === 'number') marks.set(stream, count);
  return marks;
}

/** The line that a document holds. */
export function textOf(document: string): string {
  const { text }: { text?: string } = JSON.parse(document);
  return text ?? '';
}
