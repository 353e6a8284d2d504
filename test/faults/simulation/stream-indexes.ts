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
  #conflict: string | undefined;

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
    // A time-series stream takes a document where its time belongs, however often it rolled over.
    const current = isTimeSeries(item) ? 1 : indexes.length;
    const since = marks === undefined ? current : Math.min(current, marks.get(item.stream) ?? 1);
    const known = indexes.slice(since - 1).find((index) => index.has(item.id));
    if (known !== undefined) return this.#compare(item, known.get(item.id));
    indexes.at(-1)?.set(item.id, item.document);
    if (isTimeSeries(item)) return;
    const text = textOf(item.document);
    this.#copies.set(text, this.copiesOf(text) + 1);
  }

  /** A rollup document that another stood in the way of; undefined as long as there was none. */
  get conflict(): string | undefined {
    return this.#conflict;
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

  #compare(item: BulkItem, known: string | undefined): void {
    if (isTimeSeries(item) && known !== item.document) this.#conflict ??= `${known} and ${item.document}`;
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

/** Whether a document is a rollup and no line. */
export function isTimeSeries({ stream }: Pick<BulkItem, 'stream'>): boolean {
  return stream.startsWith('metrics-');
}

/** The line that a document holds. */
export function textOf(document: string): string {
  const { text }: { text?: string } = JSON.parse(document);
  return text ?? '';
}
