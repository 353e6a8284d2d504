import { gunzipSync } from 'node:zlib';

/** One `create` of a bulk request. */
export interface BulkItem {
  readonly stream: string;
  readonly id: string | undefined;
  /** As it was sent. */
  readonly document: string;
}

/** Reads a bulk body. @throws Error when it is not made of pairs of lines */
export function readBulk(body: Buffer, encoding: string | undefined): BulkItem[] {
  const lines = (encoding === 'gzip' ? gunzipSync(body) : body).toString().split('\n');
  if (lines.pop() !== '' || lines.length % 2 !== 0) throw new Error('the bulk body is cut short');
  return Array.from({ length: lines.length / 2 }, (_, item) => {
    const { create }: { create: { _index: string; _id?: string } } = JSON.parse(lines[item * 2] ?? '');
    return { stream: create['_index'], id: create['_id'], document: lines[item * 2 + 1] ?? '' };
  });
}

/** The time of a document, ms. */
export function timeOf(document: string): number {
  return Date.parse(/"@timestamp":"([^"]+)"/.exec(document)?.[1] ?? '');
}
