import { Failure } from '../../../model/failure.ts';
import type { TimeRange } from '../../../model/series.ts';
import type { Connection } from '../connection.ts';

/** What one page holds: its JSON is parsed in some ms, and nothing else runs meanwhile. */
const PAGE = 2000;
/** How long the server keeps what a search sees between two pages. */
const KEEP_ALIVE = '1m';

export interface DocumentSearch {
  /** Comma-separated; those that are not there are nothing. */
  readonly indexes: string;
  readonly range: TimeRange;
  /** Conditions that every document meets, in Elasticsearch's words. */
  readonly filter: readonly object[];
  /** Fields with doc values to read, besides the time. */
  readonly fields: readonly string[];
  /** More documents than that are refused. */
  readonly limit: number;
}

/** A document's fields. */
export interface FoundDocument {
  /** ms since the epoch. */
  readonly time: number;
  /** The first value of a field. */
  value(field: string): unknown;
}

/**
 * The documents of a search in rising time, a page at a time; what is written meanwhile is not seen.
 * @throws Failure `budget` when there are more than the limit, before the first page is given out
 */
export async function* readDocuments(
  connection: Connection,
  search: DocumentSearch,
  signal: AbortSignal,
): AsyncIterable<readonly FoundDocument[]> {
  let pit = await openPointInTime(connection, search.indexes, signal);
  try {
    let after: unknown;
    do {
      const answer = await page(connection, pit, search, after, signal);
      // The server may go on under another id.
      pit = answer.pit ?? pit;
      const total = numberOf(answer.total?.value);
      if (total !== undefined && total > search.limit) throw tooMuch(search);
      yield answer.hits.map(documentOf);
      after = answer.hits.length < PAGE ? undefined : answer.hits.at(-1)?.sort;
    } while (after !== undefined);
  } finally {
    await closePointInTime(connection, pit, signal);
  }
}

interface Hit {
  readonly sort?: unknown;
  readonly fields?: Readonly<Record<string, unknown>>;
}

interface Page {
  readonly pit?: string | undefined;
  readonly total?: { readonly value?: unknown };
  readonly hits: readonly Hit[];
}

async function page(
  connection: Connection,
  pit: string,
  { range, filter, fields, limit }: DocumentSearch,
  after: unknown,
  signal: AbortSignal,
): Promise<Page> {
  const { start, end } = range;
  const time = {
    range: { '@timestamp': { gte: Math.ceil(start), lte: Math.floor(end), format: 'epoch_millis' } },
  };
  const json = {
    size: PAGE,
    pit: { id: pit, keep_alive: KEEP_ALIVE },
    // Documents of one time follow each other in the order of the shard, which the server adds by itself.
    sort: [{ '@timestamp': 'asc' }],
    ...(after === undefined
      ? { track_total_hits: limit + 1 }
      : { track_total_hits: false, search_after: after }),
    _source: false,
    docvalue_fields: [{ field: '@timestamp', format: 'epoch_millis' }, ...fields],
    query: { bool: { filter: [time, ...filter] } },
  };
  const query = { filter_path: 'pit_id,hits.total.value,hits.hits.fields,hits.hits.sort' };
  const answer = await connection.request({ method: 'POST', path: '/_search', query, json, signal });
  const { hits = {}, pit_id: nextPit } = Object(answer);
  return { pit: nextPit, total: hits.total, hits: hits.hits ?? [] };
}

async function openPointInTime(
  connection: Connection,
  indexes: string,
  signal: AbortSignal,
): Promise<string> {
  const query = { keep_alive: KEEP_ALIVE, ignore_unavailable: 'true' };
  const path = `/${indexes}/_pit`;
  const { id } = Object(await connection.request({ method: 'POST', path, query, signal }));
  if (typeof id === 'string') return id;
  throw new Failure('malformed', 'the store opened a point in time without an id');
}

/** One that cannot be closed ends by itself. */
async function closePointInTime(connection: Connection, id: string, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await connection.request({ method: 'DELETE', path: '/_pit', json: { id }, signal }).catch(() => undefined);
}

function documentOf({ fields = {} }: Hit): FoundDocument {
  const value = (field: string): unknown => firstOf(fields[field]);
  return { time: Number(value('@timestamp')), value };
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

function tooMuch({ limit, indexes }: DocumentSearch): Failure {
  const advice = 'select fewer tenants or a shorter range';
  return new Failure('budget', `the query needs more than ${limit} documents of ${indexes}: ${advice}`);
}
