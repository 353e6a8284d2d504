import type { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import type { Dataset } from '../../model/dataset.ts';
import { Failure, messageOf } from '../../model/failure.ts';
import type { Clock, Delivery, Disk, DocumentStore, Log } from '../../model/ports.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import { bulkItems, type BulkItem } from './bulk-lines.ts';
import { isDamage, moveAside, openDatabase, toDiskFailure } from './database.ts';
import { EventTable, type EventQuery, type EventRow } from './event-table.ts';
import { DocumentError, DocumentReader, type StoredEvent } from './stored-document.ts';

const MAX_BODY = 256 * 1024 * 1024;
/** Documents that are stored, or removed, at a go: some ms. */
const SLICE = 250;
const unzip = promisify(gunzip);

export interface EmbeddedStoreOptions {
  /** The database file; `-wal` and `-shm` lie beside it. */
  readonly path: string;
  readonly clock: Clock;
  /** Moves a damaged file aside. */
  readonly disk: Disk;
  readonly datasets: readonly Dataset[];
  /** How long documents are kept, in ms. */
  readonly keepMs: number;
  readonly log: Log;
  readonly metrics: SelfMetrics;
}

type Rejection = Delivery['rejected'][number];

interface Tables {
  readonly database: DatabaseSync;
  readonly events: EventTable;
}

/** Events in one SQLite file, for those who have no Elasticsearch. Gauges are history that the head passes on. */
export class EmbeddedStore implements DocumentStore, AsyncDisposable {
  readonly #options: EmbeddedStoreOptions;
  readonly #documents: DocumentReader;
  #tables: Tables | undefined;
  #isClosed = false;

  /** Use `createEmbeddedStore`. */
  constructor(options: EmbeddedStoreOptions) {
    this.#options = options;
    this.#documents = new DocumentReader(options.datasets);
  }

  /** Opens the database; one that is damaged is moved aside and a new one begun. */
  async open(): Promise<void> {
    try {
      this.#tables = this.#connect();
    } catch (error) {
      if (!isDamage(error)) throw toDiskFailure(error);
      await this.#replace(error);
    }
  }

  /**
   * Stores the events of a body, a slice at a time; those that are there already, and gauges, count as delivered. A body
   * that fails half way may be delivered again.
   * @throws Failure `malformed` when the body is no gzip of `count` documents, `disk` when the database refuses
   */
  async deliver(body: Uint8Array, count: number, signal: AbortSignal): Promise<Delivery> {
    signal.throwIfAborted();
    const items = await readBody(body, count);
    const rejected: Rejection[] = [];
    for (let from = 0; from < items.length; from += SLICE) {
      await yieldTo(signal);
      const found = this.#eventsOf(items, from, rejected);
      if (found.length > 0) await this.#guarded((tables) => insertAll(tables, found));
    }
    return { delivered: items.length - rejected.length, rejected, retry: [] };
  }

  /** Events in a range of time, the newest first. */
  events(query: EventQuery): EventRow[] {
    return this.#open().events.query(query);
  }

  /** Removes what is older than `keepMs`, a slice at a time so that nobody waits for long. */
  async expire(now: number, signal?: AbortSignal): Promise<void> {
    const before = now - this.#options.keepMs;
    for (let more = true; more; await yieldTo(signal)) {
      more = await this.#guarded(({ events }) => events.expire(before, SLICE) === SLICE);
    }
  }

  /** Closes the database; what was delivered is in it. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#disconnect();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The events of a slice of items; what is wrong goes to `rejected`. */
  #eventsOf(items: readonly BulkItem[], from: number, rejected: Rejection[]): StoredEvent[] {
    const found: StoredEvent[] = [];
    for (const [i, item] of items.slice(from, from + SLICE).entries()) {
      const read = this.#read(item);
      if (typeof read === 'string') rejected.push({ index: from + i, reason: read });
      else if (read !== undefined) found.push(read);
    }
    return found;
  }

  #read(item: BulkItem): StoredEvent | undefined | string {
    try {
      return this.#documents.read(item);
    } catch (error) {
      if (error instanceof DocumentError) return error.message;
      throw error;
    }
  }

  #connect(): Tables {
    const database = openDatabase(this.#options.path, this.#options.log);
    return { database, events: new EventTable(database) };
  }

  /** A database that could not be replaced is tried again. */
  #open(): Tables {
    if (this.#isClosed) throw new Failure('disk', 'embedded store: the database is not open');
    return (this.#tables ??= this.#connect());
  }

  #disconnect(): void {
    this.#tables?.database.close();
    this.#tables = undefined;
  }

  /** Does what `work` says; a database that turns out to be damaged is replaced, and the caller may try again. */
  async #guarded<T>(work: (tables: Tables) => T): Promise<T> {
    try {
      return work(this.#open());
    } catch (error) {
      if (isDamage(error)) await this.#replace(error);
      throw toDiskFailure(error);
    }
  }

  async #replace(error: unknown): Promise<void> {
    const { clock, disk, log, metrics, path } = this.#options;
    metrics.increment('octowatch_store_corrupt_total');
    log.error(
      { path, error: messageOf(error) },
      'embedded store is damaged: moved aside, starting a new one',
    );
    this.#disconnect();
    await moveAside(disk, path, clock.now());
    this.#tables = this.#connect();
  }
}

/**
 * Opens the embedded store. A damaged file is moved aside (`*.damaged-<ms>`) and a new one started.
 * @throws Failure `invalid` when a newer version wrote the file; `disk` when it cannot be opened
 */
export async function createEmbeddedStore(options: EmbeddedStoreOptions): Promise<EmbeddedStore> {
  const store = new EmbeddedStore(options);
  await store.open();
  return store;
}

async function readBody(body: Uint8Array, count: number): Promise<BulkItem[]> {
  let bytes: Uint8Array;
  try {
    bytes = await unzip(body, { maxOutputLength: MAX_BODY });
  } catch (error) {
    throw new Failure('malformed', `bulk body: ${messageOf(error)}`, { cause: error });
  }
  const items = Array.from(bulkItems(bytes));
  if (items.length === count) return items;
  throw new Failure('malformed', `bulk body: ${items.length} documents where ${count} are announced`);
}

function insertAll(tables: Tables, found: readonly StoredEvent[]): void {
  inTransaction(tables, () => {
    for (const event of found) tables.events.insert(event);
  });
}

function inTransaction<T>({ database }: Tables, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK');
    throw error;
  }
}

/** Lets others work between two slices. */
async function yieldTo(signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
}
