import { Failure, messageOf } from '../model/failure.ts';
import type { JsonValue } from '../model/json.ts';
import type { Disk, DiskFile, Log } from '../model/ports.ts';
import type { FrameMeta } from './frame.ts';
import { notePosition } from './note-position.ts';
import { newSegment, type Segment } from './segment.ts';
import { encodeSnapshot } from './snapshot.ts';

/** A frame on its way to the disk. */
export interface Entry {
  readonly meta: FrameMeta;
  readonly documents: number;
  readonly bytes: Buffer;
}

export interface SegmentWriterOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly log: Log;
  readonly segmentBytes: number;
  /** Shared with the spool; new segments are appended. */
  readonly segments: Segment[];
  /** The durable positions; kept up to date. */
  readonly positions: Map<string, JsonValue>;
  /** Documents ever written. */
  readonly read: number;
  readonly nextId: number;
}

/** Appends frames to the newest segment; one call at a time. */
export class SegmentWriter {
  readonly #options: SegmentWriterOptions;
  #active: { readonly segment: Segment; readonly file: DiskFile } | undefined;
  #nextId: number;
  #read: number;
  #sealed = false;

  constructor(options: SegmentWriterOptions) {
    this.#options = options;
    this.#nextId = options.nextId;
    this.#read = options.read;
  }

  /** Documents ever made durable, and those refused. */
  get read(): number {
    return this.#read;
  }

  /** Counts documents that were read and will not be written. */
  countRefused(documents: number): void {
    this.#read += documents;
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
    const { disk, directory, segments, positions } = this.#options;
    const segment = newSegment(directory, this.#nextId++);
    const file = await disk.open(segment.path, 'append');
    try {
      if ((await file.stat()).size > 0) throw new Failure('disk', `${segment.path} is already there`);
      const snapshot = encodeSnapshot({ positions, read: this.#read });
      await file.append(snapshot);
      await file.sync();
      await disk.syncDirectory(directory);
      segment.size = snapshot.length;
    } catch (error) {
      await file.close().catch(() => undefined);
      throw error;
    }
    segments.push(segment);
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
      const { segment, file } = await this.#ready();
      const bytes = Buffer.concat(entries.map((entry) => entry.bytes));
      await file.append(bytes);
      await file.sync();
      segment.size += bytes.length;
      segment.pendingBytes += bytes.length;
      for (const entry of entries) this.#commit(entry, segment);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async #ready(): Promise<{ readonly segment: Segment; readonly file: DiskFile }> {
    const full = (this.#active?.segment.size ?? 0) >= this.#options.segmentBytes;
    if (this.#active === undefined || this.#sealed || full) await this.begin();
    if (this.#active === undefined) throw new Failure('disk', 'no spool segment to write to');
    return this.#active;
  }

  #commit({ meta, documents }: Entry, segment: Segment): void {
    notePosition(this.#options.positions, meta);
    segment.pendingDocuments += documents;
    this.#read += documents;
  }
}
