import { Failure, messageOf } from '../model/failure.ts';
import type { JsonValue } from '../model/json.ts';
import type { Disk, DiskFile, Log } from '../model/ports.ts';
import type { FrameMeta } from './frame.ts';
import { ledgerSource } from './ledger.ts';
import { notePositions } from './note-positions.ts';
import type { SegmentList } from './segment-list.ts';
import { newSegment, type Segment } from './segment.ts';
import { encodeSnapshot } from './snapshot.ts';
import type { Tally } from './tally.ts';

/** A frame on its way to the disk. */
export interface Entry {
  readonly meta: FrameMeta;
  readonly documents: number;
  readonly pieces: readonly Uint8Array[];
  /** Length of all pieces. */
  readonly length: number;
  /** Called when it is durable, before the next is written. */
  readonly written?: () => void;
}

export interface SegmentWriterOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly log: Log;
  readonly segmentBytes: number;
  /** New segments are added. */
  readonly segments: SegmentList;
  /** The durable positions; kept up to date. */
  readonly positions: Map<string, JsonValue>;
  /** Documents ever written and refused lines, by collector and tenant; kept up to date. */
  readonly read: Tally;
  /** Of `read`: the refused lines. */
  readonly refused: Tally;
  readonly nextId: number;
  /** The rollup windows that are open. */
  readonly windows: () => JsonValue | undefined;
}

/** Appends frames to the newest segment; one call at a time. */
export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  #active: { readonly segment: Segment; readonly file: DiskFile } | undefined;
  #nextId: number;
  #sealed = false;

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
    this.#nextId = options.nextId;
  }

  /** The segment that appends go to, if any. */
  get active(): Segment | undefined {
    return this.#active?.segment;
  }

  /** Lets the next append begin a new segment. */
  seal(): void {
    this.#sealed = true;
  }

  /**
   * Makes frames durable, all in one segment. After a failed write or sync the file is never trusted again:
   * the frames are written to a new one, once.
   * @throws Failure `disk` when that fails too; nothing is then committed
   */
  async append(entries: readonly Entry[]): Promise<void> {
    try {
      await this.#tryAppend(entries);
    } catch (error) {
      this.#options.log.warn({ error: messageOf(error) }, 'spool write failed: trying a new segment');
      await this.#tryAppend(entries);
    }
  }

  /** Begins a new segment: a snapshot of all positions comes first. @throws Failure `disk` */
  async begin(): Promise<void> {
    await this.close();
    const { disk, directory, segments, positions, read, refused, windows } = this.#options;
    const segment = newSegment(directory, this.#nextId++);
    const { end } = segments;
    const open = windows();
    const snapshot = encodeSnapshot({
      positions,
      read,
      refused,
      ...(end === undefined ? {} : { end }),
      ...(open === undefined ? {} : { windows: open }),
    });
    const file = await openNew(disk, segment.path);
    try {
      await file.append(snapshot);
      await file.sync();
      await disk.syncDirectory(directory);
    } catch (error) {
      await file.close().catch(() => undefined);
      // A full disk is tried again and again, and each try would leave a file.
      await disk.remove(segment.path).catch(() => undefined);
      throw error;
    }
    segment.size = segment.snapshotBytes = snapshot.length;
    segments.add(segment);
    this.#active = { segment, file };
    this.#sealed = false;
  }

  async close(): Promise<void> {
    const active = this.#active;
    this.#active = undefined;
    await active?.file.close().catch(() => undefined);
  }

  async #tryAppend(entries: readonly Entry[]): Promise<void> {
    try {
      const length = entries.reduce((sum, entry) => sum + entry.length, 0);
      const { segment, file } = await this.#ready(length);
      await file.append(Buffer.concat(entries.flatMap((entry) => entry.pieces)));
      await file.sync();
      segment.size += length;
      segment.pendingBytes += length;
      for (const entry of entries) this.#commit(entry, segment);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** A segment that more fits into; any number of bytes does into one that holds nothing yet. */
  async #ready(length: number): Promise<{ readonly segment: Segment; readonly file: DiskFile }> {
    const { size = 0, snapshotBytes = 0 } = this.#active?.segment ?? {};
    const isFull = size > snapshotBytes && size + length > this.#options.segmentBytes;
    if (this.#active === undefined || this.#sealed || isFull) await this.begin();
    if (this.#active === undefined) throw new Failure('disk', 'no spool segment to write to');
    return this.#active;
  }

  #commit({ meta, documents, written }: Entry, segment: Segment): void {
    const { positions, read, refused } = this.#options;
    const source = ledgerSource(meta.source);
    notePositions(positions, meta);
    segment.pending.add(source, documents);
    read.add(source, documents + (meta.refused ?? 0));
    refused.add(source, meta.refused ?? 0);
    written?.();
  }
}

/** @throws Failure `disk` when something is there already */
async function openNew(disk: Disk, path: string): Promise<DiskFile> {
  const file = await disk.open(path, 'append');
  try {
    if ((await file.stat()).size > 0) throw new Failure('disk', `${path} is already there`);
    return file;
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
}
