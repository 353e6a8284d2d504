import { z } from 'zod';
import { Failure } from '../model/failure.ts';
import type { Clock } from '../model/ports.ts';
import { readJson, readValue } from './answer.ts';
import type { Connection } from './connection.ts';
import { clockOffset } from './server-clock.ts';

const TAKE = 500;
const MAX_PAGES = 20;
/** Targets with long descriptions are 30 KB each. */
const MAX_BYTES = 16 * 1024 * 1024;
const pageSchema = z.looseObject({
  TotalResults: z.number().int().nonnegative(),
  Items: z.array(z.unknown()),
});

/** What is listed at a path; a list per space, or of all. */
export interface CollectionQuery<S extends z.ZodType> {
  readonly path: string;
  readonly item: S;
  readonly query?: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  /** Whether a list that ends before its total is an answer, too: where each item stands for itself. */
  readonly partial?: boolean;
}

export interface Collection<T> {
  readonly items: readonly T[];
  /** How many there are by the server's count. */
  readonly total: number;
  /** The server's clock minus ours, ms. */
  readonly clockOffset: number;
}

/**
 * Reads a whole collection: a part would pass for the whole.
 * @throws Failure, also `too_large` beyond 20 pages, and `malformed` where it ends before the total it tells of
 */
export type ReadPages = <S extends z.ZodType>(query: CollectionQuery<S>) => Promise<Collection<z.output<S>>>;

/** Reads collections in pages of 500, or of fewer where the server gives fewer at a time. */
export function createReadPages(connection: Connection, clock: Clock): ReadPages {
  return async function readPages({ path, item, query = {}, signal, partial = false }) {
    const where = connection.where(path);
    const items: z.output<typeof item>[] = [];
    for (let page = 0; page < MAX_PAGES; page++) {
      const paging = { skip: String(items.length), take: String(TAKE) };
      const response = await connection.send({
        path,
        query: { ...query, ...paging },
        signal,
        maxBytes: MAX_BYTES,
      });
      const { Items, TotalResults } = readJson(response, pageSchema, where);
      for (const each of Items) items.push(readValue(each, item, where));
      if (items.length >= TotalResults || (partial && Items.length === 0))
        return { items, total: TotalResults, clockOffset: clockOffset(response, clock.now()) };
      if (Items.length === 0)
        throw new Failure(
          'malformed',
          `${where}: the list ends after ${items.length} of ${TotalResults} items`,
        );
    }
    throw new Failure('too_large', `${where}: more than ${MAX_PAGES} pages, ${items.length} items were read`);
  };
}
