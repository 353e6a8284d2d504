import { messageOf } from '../model/failure.ts';
import type { JsonValue } from '../model/json.ts';
import type { Disk, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import type { Cursor } from './cursor.ts';
import { ledgerSource } from './ledger.ts';
import { isBefore, markAt, type Place } from './marks.ts';
import type { SegmentList } from './segment-list.ts';
import type { Located, SegmentReader } from './segment-reader.ts';
import type { SegmentWriter } from './segment-writer.ts';
import { quarantine, type Segment } from './segment.ts';
import type { FrameOutcome, SpoolFrame } from './spool-frame.ts';
import { Tally } from './tally.ts';

/** One failure is not yet a full disk. */
const SAVE_TRIES = 3;

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
  /** By collector and tenant. */
  readonly documents: Tally;
  /** Undefined for a stretch that went bad on the disk: nobody acknowledges it. */
  readonly frame: SpoolFrame | undefined;
}

/** How far a spool was read and acknowledged. */
export class Progress {
  readonly #options: ProgressOptions;
  readonly #segments: SegmentList;
  readonly #cursor: Cursor;
  #at: Place;
  /** What stands before was handed out, by this process or perhaps by the one before. */
  #handedOut: Place;
  #held: Held[] = [];
  #heldBytes = 0;

  constructor(options: ProgressOptions, segments: SegmentList, cursor: Cursor) {
    this.#options = options;
    this.#segments = segments;
    this.#cursor = cursor;
    this.#at = cursor.place;
    this.#handedOut = segments.end ?? cursor.place;
  }

  /** Begins to read again at the first frame that is not acknowledged. */
  rewind(): void {
    this.#held = [];
    this.#heldBytes = 0;
    this.#at = this.#cursor.place;
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
    let mustSave = mark !== undefined && this.#cursor.mark(mark, this.#handedOut);
    for (const { frame, settled } of outcomes) {
      if (!this.#isNext(frame)) continue;
      this.#release(this.#held.shift());
      this.#cursor.settle(ledgerSource(frame.source), settled);
      this.#releaseLost();
      mustSave ||= frame.documents > 0;
    }
    await this.settle(mustSave);
  }

  /** See `Spool.noteMark`. */
  async noteMark(mark: JsonValue): Promise<void> {
    this.#cursor.mark(mark, this.#handedOut);
    // Another attempt may be about to make it durable: this one waits for it.
    if (!this.#cursor.isMarkDurable) await this.#cursor.save();
  }

  /** Counts documents that never got in; durable with the next save of the cursor. */
  countUnwritten(source: string, documents: number): void {
    this.#options.metrics.increment('octowatch_spool_dropped_documents_total', {}, documents);
    this.#cursor.settle(ledgerSource(source), { dropped: documents, unwritten: documents });
  }

  /** Drops the oldest segment that has something pending; false when there is none. */
  async dropOldest(writer: SegmentWriter): Promise<boolean> {
    const oldest = this.#segments.oldestPending;
    if (oldest === undefined) return false;
    if (oldest === writer.active) await writer.begin();
    const { log, metrics } = this.#options;
    const documents = oldest.pending.sum;
    log.warn(
      { segment: oldest.path, documents, bytes: oldest.pendingBytes },
      'spool full: oldest documents dropped',
    );
    metrics.increment('octowatch_spool_dropped_documents_total', {}, documents);
    this.#held = this.#held.filter((held) => held.segment !== oldest);
    this.#heldBytes = this.#held.reduce((sum, held) => sum + held.bytes, 0);
    for (const [source, dropped] of oldest.pending) this.#cursor.settle(source, { dropped });
    oldest.pendingBytes = 0;
    oldest.pending.clear();
    this.#cursor.move(oldest.id, oldest.size);
    await this.settle();
    return true;
  }

  /**
   * Moves the cursor over segments that are done, saves it, removes them. What an old cursor finds gone after a kill
   * counts as dropped; so on a full disk only the oldest goes first, to make room for the cursor.
   */
  async settle(save = true): Promise<void> {
    const done = this.#segments.done();
    const next = this.#segments.firstLeft;
    if (next !== undefined && next.id > this.#cursor.place.segment) this.#cursor.move(next.id, 0);
    if (!save && done.length === 0) return;
    if (done.length === 0) return void (await this.#cursor.save());
    if (await this.#save()) return this.#segments.remove(done);
    await this.#segments.remove(done.slice(0, 1));
    if (await this.#save()) await this.#segments.remove(done.slice(1));
  }

  async #save(): Promise<boolean> {
    for (let tries = 0; tries < SAVE_TRIES; tries++) if (await this.#cursor.save()) return true;
    return false;
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
    const { source } = read.meta;
    const bytes = end - this.#at.offset;
    const since = isBefore(this.#at, this.#handedOut) ? markAt(this.#cursor.marks, this.#at) : undefined;
    this.#moveTo(end);
    const more = this.#segments.pendingBytes > this.#heldBytes + bytes;
    const frame: SpoolFrame = {
      source,
      documents,
      rawLength,
      body: read.body,
      more,
      ...(since === undefined ? {} : { since }),
    };
    const held = { segment, end, bytes, documents: new Tally([[ledgerSource(source), documents]]), frame };
    // It was dropped while it was read: nobody needs to acknowledge it.
    if (this.#segments.includes(segment) && segment.pendingBytes > 0) this.#push(held);
    return frame;
  }

  #push(held: Held): void {
    this.#held.push(held);
    this.#heldBytes += held.bytes;
  }

  #moveTo(offset: number): void {
    this.#at = { ...this.#at, offset };
    if (isBefore(this.#handedOut, this.#at)) this.#handedOut = this.#at;
  }

  /** Gives up what is left of a segment; what is appended to it from now on can still be read. */
  async #lose(segment: Segment, writer: SegmentWriter): Promise<void> {
    const { disk, directory, log, metrics } = this.#options;
    const { offset } = this.#at;
    if (!this.#segments.includes(segment)) return;
    if (segment === writer.active) writer.seal();
    const documents = new Tally(segment.pending);
    let bytes = segment.pendingBytes;
    for (const held of this.#held.filter((other) => other.segment === segment)) {
      for (const [source, count] of held.documents) documents.add(source, -count);
      bytes -= held.bytes;
    }
    this.#push({ segment, end: segment.size, bytes, documents, frame: undefined });
    this.#moveTo(segment.size);
    metrics.increment('octowatch_spool_corrupt_total');
    metrics.increment('octowatch_spool_dropped_documents_total', {}, documents.sum);
    log.error(
      { segment: segment.path, offset, documents: documents.sum },
      'the rest of a spool segment was given up',
    );
    await quarantine(disk, directory, segment, offset).catch((error: unknown) => {
      log.error(
        { error: messageOf(error) },
        'damaged spool segment could not be copied aside: it will be moved there',
      );
    });
    this.#releaseLost();
    await this.settle();
  }

  /** False for what was dropped, or is read again. @throws Error when frames with documents were left out before it */
  #isNext(frame: SpoolFrame): boolean {
    const index = this.#held.findIndex((held) => held.frame === frame);
    if (index < 0) return false;
    if (this.#held.slice(0, index).some((held) => held.documents.sum > 0)) {
      throw new Error('spool frames were not acknowledged in the order they were handed out');
    }
    for (const held of this.#held.splice(0, index)) this.#release(held);
    return true;
  }

  #release(held: Held | undefined): void {
    if (held === undefined) return;
    const { segment, end, bytes, documents } = held;
    segment.pendingBytes -= bytes;
    this.#heldBytes -= bytes;
    for (const [source, count] of documents) segment.pending.add(source, -count);
    this.#cursor.move(segment.id, end);
  }

  /** Lost stretches that nothing before them waits for count as dropped. */
  #releaseLost(): void {
    for (let held = this.#held[0]; held !== undefined && held.frame === undefined; held = this.#held[0]) {
      this.#release(this.#held.shift());
      for (const [source, dropped] of held.documents) this.#cursor.settle(source, { dropped });
    }
  }
}
