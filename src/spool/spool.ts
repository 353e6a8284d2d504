import { dirname } from 'node:path';
import { Failure, messageOf } from '../model/failure.ts';
import type { JsonValue } from '../model/json.ts';
import type { Batch, PointWriter } from '../model/ports.ts';
import { ledgerOf, ledgerRows } from './balance.ts';
import { BulkEncoder } from './bulk-body.ts';
import { claimDirectory } from './claim-directory.ts';
import { CommitQueue } from './commit-queue.ts';
import { Gatherer, isGathered } from './gatherer.ts';
import { imbalanceOf, type Ledger, type LedgerRow } from './ledger.ts';
import { listSegments, type SegmentInfo } from './list-segments.ts';
import { reportLedger } from './report-ledger.ts';
import { encodeContribution } from './rollups/contribution-codec.ts';
import { Room } from './room.ts';
import { SegmentReader } from './segment-reader.ts';
import type { Entry } from './segment-writer.ts';
import { batchEntries, countDocuments, entryOf, rollupEntry } from './spool-entries.ts';
import type { FrameOutcome, SpoolFrame } from './spool-frame.ts';
import { openParts, type SpoolOptions, type SpoolParts } from './spool-parts.ts';
import { WakeUps } from './wake-ups.ts';

export type { SpoolOptions } from './spool-parts.ts';

const PART_BYTES = 4 * 1024 * 1024;

/**
 * Opens the spool in a directory, whatever a crash left there.
 * @throws Failure `invalid` when a newer version wrote it or it is open already, `disk` when it cannot be read
 */
export async function openSpool(options: SpoolOptions): Promise<Spool> {
  const { disk, directory, log } = options;
  const release = claimDirectory(disk, directory);
  try {
    await disk.mkdir(directory);
    await disk.syncDirectory(dirname(directory)).catch((error: unknown) => {
      log.debug({ error: messageOf(error) }, 'spool directory itself not synced');
    });
    return new Spool(options, await openParts(options, release));
  } catch (error) {
    release();
    throw error;
  }
}

/** The durable queue between collectors and the store. */
export class Spool implements PointWriter {
  readonly #options: SpoolOptions;
  readonly #parts: SpoolParts;
  readonly #encoder: BulkEncoder;
  readonly #queue: CommitQueue;
  readonly #room: Room;
  readonly #written = new WakeUps();
  readonly #gatherer: Gatherer;
  #closed = false;
  #closing: Promise<void> | undefined;

  constructor(options: SpoolOptions, parts: SpoolParts) {
    this.#options = options;
    this.#parts = parts;
    this.#room = new Room(options, parts.accounts.segments);
    this.#queue = new CommitQueue({
      groupBytes: parts.groupBytes,
      commit: (entries) => this.#commit(entries),
    });
    const { namespace, clock } = options;
    this.#encoder = new BulkEncoder({ namespace, startedAt: clock.now(), partBytes: PART_BYTES });
    this.#gatherer = new Gatherer({
      clock,
      encoder: this.#encoder,
      hasPosition: (source) => parts.positions.has(source),
      write: (entry) => this.#addOrRefuse([entry], false),
    });
    this.#report();
  }

  /** Bytes of frames that are not acknowledged. */
  get pendingBytes(): number {
    return this.#parts.accounts.segments.pendingBytes;
  }

  get pendingDocuments(): number {
    return this.#parts.accounts.segments.pendingDocuments;
  }

  /** What became of every document ever written. */
  get ledger(): Ledger {
    return ledgerOf(this.#parts.accounts);
  }

  /** Documents read that are not accounted for, added up over all sources without regard to sign; 0 is right. */
  get imbalance(): number {
    return this.ledgerBySource().reduce((sum, row) => sum + Math.abs(imbalanceOf(row)), 0);
  }

  /** The ledger of each collector and tenant, in the order of their names. */
  ledgerBySource(): LedgerRow[] {
    return ledgerRows(this.#parts.accounts);
  }

  /** The files, oldest first. */
  list(): Promise<SegmentInfo[]> {
    const { accounts, cursor } = this.#parts;
    return listSegments(this.#options.disk, accounts.segments, cursor.place);
  }

  /** The last durable position of a source. */
  position(source: string): JsonValue | undefined {
    return this.#parts.positions.get(source);
  }

  /**
   * @throws Failure `disk` when nothing was committed, `budget` when the spool is full and the batch cannot wait,
   * `aborted` when the spool closes first
   */
  async write(batch: Batch): Promise<void> {
    this.#throwIfClosed();
    try {
      if (isGathered(batch)) await this.#gatherer.add(batch);
      else await this.#addOrRefuse(this.#encode(batch), canWait(batch));
    } catch (error) {
      this.#countUnwritten(batch);
      throw error;
    }
  }

  /**
   * Writes documents that are a bulk body already: NDJSON, an action line and a document line each.
   * @throws Failure `disk` when nothing was committed, `budget` when the spool is full, `aborted` when it closes
   */
  async writeRaw(source: string, lines: Uint8Array): Promise<void> {
    this.#throwIfClosed();
    const meta = { source, at: this.#options.clock.now() };
    const entry = entryOf({ kind: 'rows', meta, documents: countDocuments(lines), raw: lines });
    await this.#addOrRefuse([entry], false);
  }

  /**
   * Writes the documents of rollup windows that have ended by `now` (ms); leaves them for later while the spool is full.
   * @throws Failure `disk` when they could not be committed: they stay open
   */
  async closeWindows(now: number): Promise<void> {
    const { rollups } = this.#options;
    if (rollups === undefined) return;
    const next = (): Entry[] => {
      const entry = this.#closed ? undefined : rollupEntry(rollups, now, this.#options.clock.now());
      const isLeft =
        entry === undefined || (this.#options.policy === 'block' && !this.#room.fits(entry.length));
      return isLeft ? [] : [entry];
    };
    while ((await this.#queue.addMade(next)) > 0) this.#throwIfClosed();
  }

  /** Frames in order from the first that is not acknowledged, waiting for more until aborted. One reader at a time. */
  async *frames(signal: AbortSignal): AsyncIterable<SpoolFrame> {
    const { progress, writer } = this.#parts;
    const reader = new SegmentReader(this.#options, signal);
    progress.rewind();
    try {
      while (!signal.aborted && !this.#closed) {
        const frame = await progress.next(reader, writer);
        if (frame === undefined) await this.#written.wait(signal);
        else yield frame;
      }
    } finally {
      await reader.close();
    }
  }

  /**
   * Takes frames as done, durably: the next ones in the order they were handed out. Those that were dropped meanwhile
   * are passed over. The disk refusing is logged, not thrown: the frames would only be delivered again after a restart.
   * @param mark see `noteMark`
   */
  async acknowledge(outcomes: readonly FrameOutcome[], mark?: JsonValue): Promise<void> {
    await this.#parts.progress.acknowledge(outcomes, mark);
    this.#report();
    this.#room.wake();
  }

  /**
   * Makes durable where documents go from now on, before the first attempt to deliver there; costs nothing when it is
   * the mark noted last. Frames whose attempts may be forgotten are handed out with the mark that held then.
   */
  async noteMark(mark: JsonValue): Promise<void> {
    await this.#parts.progress.noteMark(mark);
  }

  /** Commits what is queued, refuses what waits for room, ends `frames`. */
  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await this.#gatherer.close();
    this.#closed = true;
    this.#room.close();
    this.#written.wake();
    await this.#queue.idle();
    const { cursor, writer, release } = this.#parts;
    await cursor.save();
    await cursor.close();
    await writer.close();
    release();
  }

  #encode(batch: Batch): Entry[] {
    const { rollups, clock } = this.#options;
    const now = clock.now();
    const contribution = rollups?.contribution(batch.columns);
    const section = contribution && encodeContribution(contribution);
    return batchEntries(batch, this.#encoder, now, section, () => {
      if (contribution !== undefined) rollups?.add(contribution, clock.now());
    });
  }

  async #addOrRefuse(entries: readonly Entry[], mayWait: boolean): Promise<void> {
    if (!(await this.#add(entries, mayWait))) throw this.#full();
  }

  /** False when there is no room and the writer cannot wait. */
  async #add(entries: readonly Entry[], mayWait: boolean): Promise<boolean> {
    const bytes = entries.reduce((sum, entry) => sum + entry.length, 0);
    const blocks = this.#options.policy === 'block';
    if (blocks && !(await this.#room.reserve(bytes, mayWait))) return false;
    try {
      this.#throwIfClosed();
      await this.#queue.add(entries, bytes);
    } finally {
      if (blocks) this.#room.release(bytes);
    }
    return true;
  }

  async #commit(entries: readonly Entry[]): Promise<void> {
    const { progress, writer, accounts } = this.#parts;
    const { policy, maxBytes, metrics } = this.#options;
    const bytes = entries.reduce((sum, entry) => sum + entry.length, 0);
    const isFull = (): boolean => accounts.segments.usedBytes + bytes > maxBytes;
    if (policy === 'drop_oldest') while (isFull() && (await progress.dropOldest(writer)));
    await writer.append(entries);
    metrics.increment('octowatch_spool_frames_total', {}, entries.length);
    this.#report();
    this.#written.wake();
  }

  #report(): void {
    this.#options.metrics.set('octowatch_spool_pending_bytes', this.pendingBytes);
    reportLedger(this.ledger, this.#options.metrics);
  }

  /** What was polled is not asked for again but for its events; a file is read again. */
  #countUnwritten({ source, columns, idPrefix }: Batch): void {
    if (idPrefix !== undefined) return;
    let documents = 0;
    for (const { dataset, rows } of columns.tables()) if (dataset.kind === 'gauge') documents += rows;
    this.#parts.progress.countUnwritten(source, documents);
    this.#report();
  }

  #full(): Failure {
    return new Failure(
      'budget',
      `the spool is full (${this.#options.maxBytes} bytes): raise spool.max_bytes or mend the store`,
    );
  }

  #throwIfClosed(): void {
    if (this.#closed) throw new Failure('aborted', 'the spool is closed');
  }
}

/** A file keeps what was not read yet, and a batch without rows takes no room to speak of. */
function canWait({ columns, idPrefix }: Batch): boolean {
  return idPrefix !== undefined || columns.rows === 0;
}
