import { dirname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Failure, messageOf } from '../model/failure.ts';
import type { JsonValue } from '../model/json.ts';
import type { Batch, Clock, Disk, Log, PointWriter } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { BulkEncoder } from './bulk-body.ts';
import { claimDirectory } from './claim-directory.ts';
import { encodeFrame, type FrameMeta } from './frame.ts';
import type { Ledger } from './ledger.ts';
import { Progress } from './progress.ts';
import { recover } from './recover.ts';
import { Room } from './room.ts';
import { SegmentReader } from './segment-reader.ts';
import { SegmentWriter, type Entry } from './segment-writer.ts';
import type { FrameOutcome, SpoolFrame } from './spool-frame.ts';
import { WakeUps } from './wake-ups.ts';

const PART_BYTES = 4 * 1024 * 1024;
const SEGMENT_BYTES = 16 * 1024 * 1024;

export interface SpoolOptions {
  readonly disk: Disk;
  /** Made when missing; one spool at a time. */
  readonly directory: string;
  readonly clock: Clock;
  readonly namespace: string;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  /** Bytes that may wait for the store; the files take at most one segment more. */
  readonly maxBytes: number;
  /**
   * When full: `drop_oldest` drops and counts the oldest segment. `block` lets what was read from a file wait; what
   * was polled is refused, as rules must not wait for the store: its gauges are dropped and counted, its events will
   * be asked for again.
   */
  readonly policy: 'block' | 'drop_oldest';
  /** Aborted at shutdown: nothing waits for room then. */
  readonly signal?: AbortSignal;
  readonly segmentBytes?: number;
}

interface Write {
  readonly entries: readonly Entry[];
  readonly bytes: number;
  readonly done: () => void;
  readonly failed: (error: unknown) => void;
}

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
    const found = await recover(options);
    const progress = new Progress(options, found.segments, found.cursor);
    const segmentBytes = Math.min(options.segmentBytes ?? SEGMENT_BYTES, Math.ceil(options.maxBytes / 4));
    const writer = new SegmentWriter({ ...options, ...found, segmentBytes });
    await beginAfresh(writer, progress, log);
    return new Spool(options, progress, writer, found.positions, release);
  } catch (error) {
    release();
    throw error;
  }
}

/** Old segments may go once a new one holds their positions. */
async function beginAfresh(writer: SegmentWriter, progress: Progress, log: Log): Promise<void> {
  try {
    await writer.begin();
    await progress.settle();
  } catch (error) {
    log.error({ error: messageOf(error) }, 'spool cannot begin a segment: trying again at the next write');
  }
}

/** The durable queue between collectors and the store. */
export class Spool implements PointWriter {
  readonly #options: SpoolOptions;
  readonly #progress: Progress;
  readonly #writer: SegmentWriter;
  readonly #positions: ReadonlyMap<string, JsonValue>;
  readonly #release: () => void;
  readonly #encoder: BulkEncoder;
  readonly #written = new WakeUps();
  readonly #room: Room;
  #queue: Write[] = [];
  #queuedBytes = 0;
  #committing: Promise<void> | undefined;
  #closed = false;

  constructor(
    options: SpoolOptions,
    progress: Progress,
    writer: SegmentWriter,
    positions: ReadonlyMap<string, JsonValue>,
    release: () => void,
  ) {
    this.#options = options;
    this.#progress = progress;
    this.#writer = writer;
    this.#positions = positions;
    this.#release = release;
    this.#room = new Room(options, () => this.pendingBytes + this.#queuedBytes);
    this.#encoder = new BulkEncoder({
      namespace: options.namespace,
      startedAt: options.clock.now(),
      partBytes: PART_BYTES,
    });
  }

  /** Bytes of frames that are not acknowledged. */
  get pendingBytes(): number {
    return this.#progress.pendingBytes;
  }

  get pendingDocuments(): number {
    return this.#progress.pendingDocuments;
  }

  /** What became of every document ever written. */
  get ledger(): Ledger {
    const { settled, pendingDocuments } = this.#progress;
    return { read: this.#writer.read, ...settled, refused: 0, pending: pendingDocuments };
  }

  /** The last durable position of a source. */
  position(source: string): JsonValue | undefined {
    return this.#positions.get(source);
  }

  /**
   * @throws Failure `disk` when nothing was committed, `budget` when the spool is full and the batch cannot wait,
   * `aborted` when the spool closes first
   */
  async write(batch: Batch): Promise<void> {
    if (this.#options.policy === 'block' && !(await this.#room.admits(batch))) this.#refuse(batch);
    this.#throwIfClosed();
    const entries = this.#encode(batch);
    const bytes = entries.reduce((sum, entry) => sum + entry.bytes.length, 0);
    await new Promise<void>((done, failed) => {
      this.#queue.push({ entries, bytes, done, failed });
      this.#queuedBytes += bytes;
      this.#committing ??= this.#commitQueue();
    });
  }

  /** Frames in order from the first that is not acknowledged, waiting for more until aborted. One reader at a time. */
  async *frames(signal: AbortSignal): AsyncIterable<SpoolFrame> {
    const reader = new SegmentReader(this.#options, signal);
    this.#progress.rewind();
    try {
      while (!signal.aborted && !this.#closed) {
        const frame = await this.#progress.next(reader, this.#writer);
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
    await this.#progress.acknowledge(outcomes, mark);
    this.#room.wake();
  }

  /**
   * Makes durable where documents go from now on, before the first attempt to deliver there; costs nothing when it is
   * the mark noted last. Frames whose attempts may be forgotten are handed out with the mark that held then.
   */
  async noteMark(mark: JsonValue): Promise<void> {
    await this.#progress.noteMark(mark);
  }

  /** Commits what is queued, refuses what waits for room, ends `frames`. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#room.close();
    this.#written.wake();
    await this.#committing;
    await this.#progress.save();
    await this.#writer.close();
    this.#release();
  }

  #encode(batch: Batch): Entry[] {
    const entries: Entry[] = [];
    for (const { raw, documents, last } of this.#encoder.encode(batch)) {
      const body = documents === 0 ? new Uint8Array(0) : gzipSync(raw, { level: 1 });
      const meta: FrameMeta = { source: batch.source, ...(last ? { position: batch.position } : {}) };
      const bytes = encodeFrame({ kind: 'rows', meta, documents, rawLength: raw.length, body });
      entries.push({ meta, documents, bytes });
    }
    return entries;
  }

  /** Writes that arrive while one is synced share the next sync. */
  async #commitQueue(): Promise<void> {
    while (this.#queue.length > 0) {
      const group = this.#queue;
      this.#queue = [];
      try {
        await this.#commit(group);
        for (const write of group) write.done();
      } catch (error) {
        for (const write of group) write.failed(error);
      }
    }
    this.#committing = undefined;
  }

  async #commit(group: readonly Write[]): Promise<void> {
    const bytes = group.reduce((sum, write) => sum + write.bytes, 0);
    const entries = group.flatMap((write) => write.entries);
    try {
      if (this.#options.policy === 'drop_oldest') {
        while (this.pendingBytes + bytes > this.#options.maxBytes) {
          if (!(await this.#progress.dropOldest(this.#writer))) break;
        }
      }
      await this.#writer.append(entries);
      this.#options.metrics.increment('octowatch_spool_frames_total', {}, entries.length);
      this.#progress.report();
      this.#written.wake();
    } finally {
      this.#queuedBytes -= bytes;
    }
  }

  #refuse({ columns }: Batch): never {
    let documents = 0;
    for (const { dataset, rows } of columns.tables()) if (dataset.kind === 'gauge') documents += rows;
    this.#writer.countRefused(documents);
    this.#progress.countDropped(documents);
    throw new Failure(
      'budget',
      `the spool is full (${this.#options.maxBytes} bytes): raise spool.max_bytes or mend the store`,
    );
  }

  #throwIfClosed(): void {
    if (this.#closed) throw new Failure('aborted', 'the spool is closed');
  }
}
