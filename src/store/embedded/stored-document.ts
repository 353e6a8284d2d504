import { streamName, type Dataset } from '../../model/dataset.ts';
import { messageOf } from '../../model/failure.ts';
import type { BulkItem } from './bulk-lines.ts';

export interface StoredEvent {
  readonly dataset: string;
  readonly id: string;
  readonly time: number;
  readonly tenant: string;
  readonly document: string;
}

/** A document that cannot be stored; the message says why. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
}

/** Reads the documents of bulk bodies: the stream's name says which dataset one belongs to. */
export class DocumentReader {
  readonly #datasets = new Map<string, Dataset>();

  constructor(datasets: readonly Dataset[]) {
    // The name without its namespace: a store serves one environment.
    for (const dataset of datasets) this.#datasets.set(streamName(dataset, ''), dataset);
  }

  /** The event of a document; undefined for a gauge. @throws DocumentError */
  read(item: BulkItem): StoredEvent | undefined {
    const { index, id } = readAction(item.action);
    const dataset = this.#datasets.get(index.slice(0, index.indexOf('-', index.indexOf('.')) + 1));
    if (dataset === undefined) throw new DocumentError(`no dataset has the stream ${JSON.stringify(index)}`);
    if (dataset.kind === 'gauge') return undefined;
    const fields = readObject(item.document, 'document');
    const time = readTime(fields['@timestamp']);
    if (id === undefined) throw new DocumentError('an event needs an _id');
    const tenant = readText(fields, 'tenant');
    return { dataset: dataset.name, id, time, tenant, document: item.document };
  }
}

function readAction(line: string): { index: string; id: string | undefined } {
  const create = readObject(line, 'action line')['create'];
  if (!isObject(create)) throw new DocumentError('the action line has no create');
  const { _index: index, _id: id } = create;
  if (typeof index !== 'string') throw new DocumentError('the action line has no _index');
  return { index, id: typeof id === 'string' && id !== '' ? id : undefined };
}

function readObject(text: string, what: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new DocumentError(`the ${what} is no JSON: ${messageOf(error)}`);
  }
  if (!isObject(value)) throw new DocumentError(`the ${what} is no object`);
  return value;
}

function readTime(value: unknown): number {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(time)) throw new DocumentError('@timestamp is no date');
  return time;
}

function readText(fields: Record<string, unknown>, name: string): string {
  const value = fields[name] ?? '';
  if (typeof value !== 'string') throw new DocumentError(`${name} is no text`);
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
