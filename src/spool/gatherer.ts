import type { JsonValue } from '../model/json.ts';
import type { Batch, Clock } from '../model/ports.ts';
import type { BulkEncoder } from './bulk-body.ts';
import { ledgerSource } from './ledger.ts';
import type { Entry } from './segment-writer.ts';
import { entryOf } from './spool-entries.ts';

/** How long polls of one kind wait for each other, ms: what waits is lost with the process, and asked for again. */
const GATHER_MS = 500;
/** Raw bytes above which nobody waits. */
const GATHER_BYTES = 512 * 1024;
/** A batch of more rows fills frames by itself, and must be cut into several. */
const GATHER_ROWS = 1024;

interface Group {
  readonly source: string;
  readonly parts: Uint8Array[];
  readonly positions: (readonly [string, JsonValue])[];
  readonly written: PromiseWithResolvers<void>;
  bytes: number;
  documents: number;
}

export interface GathererOptions {
  readonly clock: Clock;
  readonly encoder: BulkEncoder;
  /** Whether a source has a durable position. */
  readonly hasPosition: (source: string) => boolean;
  /** Makes an entry durable. */
  readonly write: (entry: Entry) => Promise<void>;
}

/**
 * Lets the polls of a collector that end within a moment share a frame: thousands a second yield a few documents each,
 * and to compress, write, sync and read them one by one would take most of the processor.
 */
export class Gatherer {
  readonly #options: GathererOptions;
  readonly #groups = new Map<string, Group>();
  readonly #closing = new AbortController();

  constructor(options: GathererOptions) {
    this.#options = options;
  }

  /** Resolves when the batch is durable; its columns are free at once. @throws what `write` does */
  add(batch: Batch): Promise<void> {
    // First, and copied: a batch that cannot be encoded leaves nothing in the group, and the next one is written to the same
    // bytes (`slice` of a Buffer copies nothing).
    const parts = Array.from(this.#options.encoder.encode(batch), ({ raw, documents }) => ({
      raw: new Uint8Array(raw),
      documents,
    }));
    const group = this.#group(ledgerSource(batch.source));
    for (const { raw, documents } of parts) {
      group.parts.push(raw);
      group.bytes += raw.length;
      group.documents += documents;
    }
    const { source, position } = batch;
    if (position !== null || this.#options.hasPosition(source)) group.positions.push([source, position]);
    if (group.bytes > GATHER_BYTES || this.#closing.signal.aborted) this.#flush(group);
    return group.written.promise;
  }

  /** Writes what was gathered; what is added later is written at once. */
  async close(): Promise<void> {
    this.#closing.abort();
    const groups = [...this.#groups.values()];
    for (const group of groups) this.#flush(group);
    await Promise.allSettled(groups.map(({ written }) => written.promise));
  }

  #group(source: string): Group {
    let group = this.#groups.get(source);
    if (group !== undefined) return group;
    group = {
      source,
      parts: [],
      positions: [],
      written: Promise.withResolvers<void>(),
      bytes: 0,
      documents: 0,
    };
    this.#groups.set(source, group);
    void this.#flushLater(group);
    return group;
  }

  async #flushLater(group: Group): Promise<void> {
    await this.#options.clock.sleep(GATHER_MS, this.#closing.signal).catch(() => undefined);
    this.#flush(group);
  }

  #flush(group: Group): void {
    if (this.#groups.get(group.source) !== group) return;
    this.#groups.delete(group.source);
    const { clock, write } = this.#options;
    const { source, positions, documents, written } = group;
    const meta = { source, at: clock.now(), ...(positions.length === 0 ? {} : { positions }) };
    const entry = entryOf({ kind: 'rows', meta, documents, raw: Buffer.concat(group.parts) });
    write(entry).then(written.resolve, written.reject);
  }
}

/** Whether a batch may wait for others: a few gauges of a poll. */
export function isGathered({ source, columns }: Batch): boolean {
  if (!isPoll(source) || columns.rows > GATHER_ROWS) return false;
  for (const { dataset } of columns.tables()) if (dataset.kind === 'event') return false;
  return true;
}

/** `octopus-api/ping:acme`; files have no slash before the tenant. */
function isPoll(source: string): boolean {
  return ledgerSource(source) !== source && ledgerSource(source).includes('/');
}
