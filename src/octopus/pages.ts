import { z } from 'zod';
import { Failure } from '../model/failure.ts';
import type { Clock } from '../model/ports.ts';
import { readJson, readValue } from './answer.ts';
import type { Connection } from './connection.ts';
import { clockOffset } from './server-clock.ts';

const TAKE = 500;
const MAX_PAGES = 20;
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
}

export interface Collection<T> {
  readonly items: readonly T[];
  /** How many there are by the server's count. */
  readonly total: number;
  /** The server's clock minus ours, ms. */
  readonly clockOffset: number;
}

/** Reads a whole collection. @throws Failure, also `too_large` beyond 20 pages: a part would pass for the whole */
export type ReadPages = <S extends z.ZodType>(query: CollectionQuery<S>) => Promise<Collection<z.output<S>>>;

/** Reads collections in pages of 500, or of fewer where the server gives fewer at a time. */
export function createReadPages(connection: Connection, clock: Clock): ReadPages {
  return async function readPages({ path, item, query = {}, signal }) {
    const where = connection.where(path);
    const items: z.output<typeof item>[] = [];
    for (let page = 0; page < MAX_PAGES; page++) {
      const paging = { skip: String(items.length), take: String(TAKE) };
      const response = await connection.send({ path, query: { ...query, ...paging }, signal });
      const { Items, TotalResults } = readJson(response, pageSchema, where);
      for (const each of Items) items.push(readValue(each, item, where));
      if (Items.length === 0 || items.length >= TotalResults)
        return { items, total: TotalResults, clockOffset: clockOffset(response, clock.now()) };
    }
    throw new Failure('too_large', `${where}: more than ${MAX_PAGES} pages, ${items.length} items were read`);
  };
}
