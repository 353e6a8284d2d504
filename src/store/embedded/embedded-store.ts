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
const EVENT_SLICE = 5000;
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

interface Tables {
  readonly database: DatabaseSync;
  readonly events: EventTable;
}

/** Events in one SQLite file, for those who have no Elasticsearch. Gauges are history that the head passes on. */
export class EmbeddedStore implements DocumentStore, AsyncDisposable {
  readonly #options: EmbeddedStoreOptions;
  readonly #documents: DocumentReader;
  #tables: Tables | undefined;

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
   * Stores the events of a body, all in one transaction; those that are there already, and gauges, count as delivered.
   * @throws Failure `malformed` when the body is no gzip of `count` documents, `disk` when the database refuses
   */
  async deliver(body: Uint8Array, count: number, signal: AbortSignal): Promise<Delivery> {
    signal.throwIfAborted();
    const items = await readBody(body, count);
    signal.throwIfAborted();
    const rejected: { index: number; reason: string }[] = [];
    const found: StoredEvent[] = [];
    for (const [index, item] of items.entries()) {
      const read = this.#read(item);
      if (typeof read === 'string') rejected.push({ index, reason: read });
      else if (read !== undefined) found.push(read);
    }
    if (found.length > 0) await this.#guarded((tables) => insertAll(tables, found));
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
      more = await this.#guarded(({ events }) => events.expire(before, EVENT_SLICE) === EVENT_SLICE);
    }
  }

  /** Closes the database; what was delivered is in it. */
  async close(): Promise<void> {
    this.#tables?.database.close();
    this.#tables = undefined;
    await Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
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

  #open(): Tables {
    if (this.#tables === undefined) throw new Failure('disk', 'embedded store: the database is not open');
    return this.#tables;
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
    await this.close();
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
