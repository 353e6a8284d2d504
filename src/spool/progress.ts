import { messageOf } from '../model/failure.ts';
import type { JsonValue } from '../model/json.ts';
import type { Disk, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { writeCursor, type Cursor } from './cursor-file.ts';
import { addSettled, type Settled } from './ledger.ts';
import { isBefore, markAt, marksFrom, withMark, type Place } from './marks.ts';
import type { Located, SegmentReader } from './segment-reader.ts';
import type { SegmentWriter } from './segment-writer.ts';
import { quarantine, type Segment } from './segment.ts';
import type { FrameOutcome, SpoolFrame } from './spool-frame.ts';

export interface ProgressOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly log: Log;
  readonly metrics: SelfMetrics;
}

/** A stretch of a segment that was handed out, or lost. */
interface Held {
  readonly segment: Segment;
  readonly end: number;
  readonly bytes: number;
  readonly documents: number;
  /** Undefined for a stretch that went bad on the disk: nobody acknowledges it. */
  readonly frame: SpoolFrame | undefined;
}

/** How far a spool was read and acknowledged. */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #segments: Segment[];
  #cursor: Cursor;
  #at: Place;
  /** What stands before was handed out, by this process or perhaps by the one before. */
  #handedOut: Place;
  #held: Held[] = [];
  #saving: Promise<void> = Promise.resolve();

  constructor(options: ProgressOptions, segments: Segment[], cursor: Cursor) {
    this.#options = options;
    this.#segments = segments;
    this.#cursor = cursor;
    this.#at = { segment: cursor.segment, offset: cursor.offset };
    const newest = segments.at(-1);
    this.#handedOut = newest === undefined ? this.#at : { segment: newest.id, offset: newest.size };
  }

  get pendingBytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.pendingBytes, 0);
  }

  get pendingDocuments(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.pendingDocuments, 0);
  }

  get settled(): Settled {
    return this.#cursor.settled;
  }

  /** Counts documents that never got in; durable with the next cursor. */
  countDropped(documents: number): void {
    this.#options.metrics.increment('octowatch_spool_dropped_documents_total', {}, documents);
    const settled = addSettled(this.#cursor.settled, { dropped: documents });
    this.#cursor = { ...this.#cursor, settled };
  }

  /** Begins to read again at the first frame that is not acknowledged. */
  rewind(): void {
    this.#held = [];
    this.#at = { segment: this.#cursor.segment, offset: this.#cursor.offset };
  }

  /** The next frame, or undefined when all were read. */
  async next(reader: SegmentReader, writer: SegmentWriter): Promise<SpoolFrame | undefined> {
    for (let segment = this.#current(); segment !== undefined; segment = this.#current()) {
      const located = await reader.frame(segment, this.#at.offset);
      if (located === 'aborted') return undefined;
      if (located === 'lost') await this.#lose(segment, writer);
      else if (located.read.header.kind === 'snapshot') this.#moveTo(located.end);
      else return this.#hold(segment, located);
    }
    return undefined;
  }

  /** See `Spool.acknowledge`. */
  async acknowledge(outcomes: readonly FrameOutcome[], mark?: JsonValue): Promise<void> {
    let mustSave = mark !== undefined && this.#takeMark(mark);
    for (const { frame, settled } of outcomes) {
      const index = this.#held.findIndex((held) => held.frame === frame);
      if (index < 0) continue;
      for (const held of this.#held.splice(0, index + 1)) this.#release(held);
      this.#cursor = { ...this.#cursor, settled: addSettled(this.#cursor.settled, settled) };
      this.#releaseLost();
      mustSave ||= frame.documents > 0;
    }
    await this.settle(mustSave);
  }

  /** See `Spool.noteMark`. */
  async noteMark(mark: JsonValue): Promise<void> {
    if (this.#takeMark(mark)) await this.save();
  }

  #takeMark(mark: JsonValue): boolean {
    const before = this.#cursor.marks;
    const marks = withMark(marksFrom(before, this.#cursor), mark, this.#handedOut);
    this.#cursor = { ...this.#cursor, marks };
    return marks !== before;
  }

  /** Drops the oldest segment that has something pending; false when there is none. */
  async dropOldest(writer: SegmentWriter): Promise<boolean> {
    const oldest = this.#segments.find((segment) => segment.pendingBytes > 0);
    if (oldest === undefined) return false;
    if (oldest === writer.active) await writer.begin();
    const { log, metrics } = this.#options;
    const { pendingDocuments: documents, pendingBytes: bytes } = oldest;
    log.warn({ segment: oldest.path, documents, bytes }, 'spool full: oldest documents dropped');
    metrics.increment('octowatch_spool_dropped_documents_total', {}, documents);
    this.#held = this.#held.filter((held) => held.segment !== oldest);
    Object.assign(oldest, { pendingBytes: 0, pendingDocuments: 0 });
    this.#cursor = {
      ...this.#cursor,
      segment: oldest.id,
      offset: oldest.size,
      settled: addSettled(this.#cursor.settled, { dropped: documents }),
    };
    await this.settle();
    return true;
  }

  /** Moves the cursor over segments that are done, saves it, removes them. */
  async settle(save = true): Promise<void> {
    const done = this.#doneSegments();
    const next = this.#segments[done.length];
    if (next !== undefined && next.id > this.#cursor.segment) {
      this.#cursor = { ...this.#cursor, segment: next.id, offset: 0 };
    }
    this.report();
    if (!save && done.length === 0) return;
    const saved = await this.save();
    this.#segments.splice(
      0,
      this.#segments.findIndex((segment) => !done.includes(segment)),
    );
    await this.#remove(done);
    // A full disk may have room for the cursor now.
    if (!saved) await this.save();
  }

  /** Makes the cursor durable; false (and logged) when the disk refuses. */
  async save(): Promise<boolean> {
    const { disk, directory, log } = this.#options;
    const saving = this.#saving.then(() => writeCursor(disk, directory, this.#cursor));
    this.#saving = saving.catch(() => undefined);
    try {
      await saving;
      return true;
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'spool cursor not saved');
      return false;
    }
  }

  report(): void {
    this.#options.metrics.set('octowatch_spool_pending_bytes', this.pendingBytes);
  }

  /** The segment to read on in; moves over those that were read to their end. */
  #current(): Segment | undefined {
    for (const segment of this.#segments) {
      if (segment.id < this.#at.segment) continue;
      if (segment.id > this.#at.segment) this.#at = { segment: segment.id, offset: 0 };
      if (this.#at.offset < segment.size) return segment;
    }
    return undefined;
  }

  #hold(segment: Segment, { read, end }: Located): SpoolFrame {
    const { documents, rawLength } = read.header;
    const bytes = end - this.#at.offset;
    const since = isBefore(this.#at, this.#handedOut) ? markAt(this.#cursor.marks, this.#at) : undefined;
    this.#moveTo(end);
    const heldBytes = this.#held.reduce((sum, held) => sum + held.bytes, bytes);
    const more = this.pendingBytes > heldBytes;
    const frame = {
      source: read.meta.source,
      documents,
      rawLength,
      body: read.body,
      more,
      ...(since === undefined ? {} : { since }),
    };
    if (this.#segments.includes(segment)) this.#held.push({ segment, end, bytes, documents, frame });
    return frame;
  }

  #moveTo(offset: number): void {
    this.#at = { ...this.#at, offset };
    if (isBefore(this.#handedOut, this.#at)) this.#handedOut = this.#at;
  }

  /** Gives up what is left of a segment; what is appended to it from now on can still be read. */
  async #lose(segment: Segment, writer: SegmentWriter): Promise<void> {
    const { disk, directory, log, metrics } = this.#options;
    const offset = this.#at.offset;
    if (!this.#segments.includes(segment)) return;
    if (segment === writer.active) writer.seal();
    const held = this.#held.filter((other) => other.segment === segment);
    const documents = held.reduce((left, other) => left - other.documents, segment.pendingDocuments);
    const bytes = held.reduce((left, other) => left - other.bytes, segment.pendingBytes);
    this.#held.push({ segment, end: segment.size, bytes, documents, frame: undefined });
    this.#moveTo(segment.size);
    metrics.increment('octowatch_spool_corrupt_total');
    metrics.increment('octowatch_spool_dropped_documents_total', {}, documents);
    log.error({ segment: segment.path, offset, documents }, 'the rest of a spool segment was given up');
    await quarantine(disk, directory, segment, offset).catch((error: unknown) => {
      log.error({ error: messageOf(error) }, 'damaged spool segment could not be kept aside');
    });
    this.#releaseLost();
    await this.settle();
  }

  #release({ segment, end, bytes, documents }: Held): void {
    segment.pendingBytes -= bytes;
    segment.pendingDocuments -= documents;
    this.#cursor = { ...this.#cursor, segment: segment.id, offset: end };
  }

  /** Lost stretches that nothing before them waits for count as dropped. */
  #releaseLost(): void {
    for (let held = this.#held[0]; held !== undefined && held.frame === undefined; held = this.#held[0]) {
      this.#held.shift();
      this.#release(held);
      const settled = addSettled(this.#cursor.settled, { dropped: held.documents });
      this.#cursor = { ...this.#cursor, settled };
    }
  }

  /** The oldest segments without anything pending; never the newest, which holds the positions. */
  #doneSegments(): Segment[] {
    const pending = this.#segments.findIndex((segment) => segment.pendingBytes > 0);
    return this.#segments.slice(0, pending < 0 ? -1 : Math.min(pending, this.#segments.length - 1));
  }

  async #remove(done: readonly Segment[]): Promise<void> {
    const { disk, directory, log } = this.#options;
    try {
      for (const segment of done) await disk.remove(segment.path);
      if (done.length > 0) await disk.syncDirectory(directory);
    } catch (error) {
      log.warn({ error: messageOf(error) }, 'acknowledged spool segment not removed');
    }
  }
}
