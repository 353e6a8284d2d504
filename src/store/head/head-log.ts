import { ByteWriter } from '../../model/byte-codec.ts';
import { messageOf } from '../../model/failure.ts';
import type { DiskFile } from '../../model/ports.ts';
import { setStale } from '../../model/series.ts';
import type { Block, Fill } from './block.ts';
import type { HeadJournal, HeadWindow } from './head-window.ts';
import { readSegments, segmentPath, type LogDirectoryOptions, type SegmentFile } from './log-directory.ts';
import type { LogRecord } from './log-record.ts';
import { LogReplay, birthRecord, blockRecord, definitions } from './log-replay.ts';
import { appendRecord, HEADER_BYTES, segmentHeader } from './log-segment.ts';
import { LAST, NUMBER, RECORD } from './series-columns.ts';

const MAX_SEGMENT = 32 * 1024 * 1024;
const MAX_PENDING = 64 * 1024 * 1024;
const MIN_AGE_MS = 60_000;
/** A window spans about this many segments. */
const SEGMENTS = 4;

interface OpenSegment {
  readonly sequence: number;
  readonly path: string;
  readonly file: DiskFile;
  readonly since: number;
  /** Whether it has its definitions. */
  complete: boolean;
  size: number;
  lastTime: number;
}

/**
 * The head's log: what refills the window at a start. Each segment begins with the blocks and series there are, so
 * that older ones can go. Written once a second without a sync: it survives the process; a power cut may cost the last
 * seconds. While the disk refuses, the window works on and the log starts afresh when the disk is back.
 */
export class HeadLog implements HeadJournal {
  readonly #options: LogDirectoryOptions;
  readonly #window: HeadWindow;
  readonly #pending = new ByteWriter();
  #closed: SegmentFile[] = [];
  #current: OpenSegment | undefined;
  #nextSequence = 1;
  /** Of the latest tick, ms. */
  #lastTime = Number.NEGATIVE_INFINITY;
  #lost = false;
  #failing = false;
  #writing: Promise<void> = Promise.resolve();

  constructor(options: LogDirectoryOptions, window: HeadWindow) {
    this.#options = options;
    this.#window = window;
  }

  /** Refills the window from disk and goes on with the last segment. Call once, before the window is used. */
  async open(now: number): Promise<void> {
    const replay = new LogReplay(this.#window);
    const { kept, nextSequence } = await readSegments(this.#options, (record) => replay.apply(record));
    this.#nextSequence = nextSequence;
    this.#closed = [...kept];
    this.#lastTime = Math.max(this.#lastTime, ...kept.map(({ lastTime }) => lastTime));
    const last = kept.at(-1);
    if (last !== undefined && last.size >= HEADER_BYTES && last.size < MAX_SEGMENT) {
      const file = await this.#options.disk.open(last.path, 'append').catch(() => undefined);
      if (file !== undefined) this.#current = { ...last, file, since: now, complete: true };
    }
    if (this.#current !== undefined) this.#closed.pop();
    else await this.#rotate(now).catch((error: unknown) => this.#fail(error));
    this.#window.journal = this;
  }

  block(block: Block): void {
    this.#record(blockRecord(block));
  }

  birth(block: Block, id: number, zero: boolean): void {
    this.#record(birthRecord(this.#window, block, id, zero));
  }

  tick(block: Block, fill: Fill, span: number): void {
    const time = block.lastTime;
    const { records, latest } = this.#window.store.columns;
    const { ids, length } = block.puts;
    const numbers = new Int32Array(length);
    const values = new Float64Array(length);
    for (let i = 0; i < length; i++) {
      const id = ids[i] ?? 0;
      const isThere = records[id * RECORD + LAST] === block.end - 1;
      numbers[i] = records[id * RECORD + NUMBER] ?? 0;
      if (isThere) values[i] = latest[id] ?? 0;
      else setStale(values, i);
    }
    this.#record({ type: 'tick', block: block.id, time, fill, span, numbers, values });
    this.#lastTime = Math.max(this.#lastTime, time);
  }

  /** Hands what is pending to the file system and drops segments that have left the window. Never rejects. */
  flush(now: number): Promise<void> {
    this.#writing = this.#writing.then(() => this.#flush(now));
    return this.#writing;
  }

  /** Flushes and syncs. */
  async close(now: number): Promise<void> {
    await this.flush(now);
    this.#window.journal = undefined;
    try {
      await this.#closeCurrent();
    } catch (error) {
      await this.#fail(error);
    }
  }

  #record(record: LogRecord): void {
    if (this.#lost) return;
    appendRecord(record, this.#pending);
    if (this.#pending.length > MAX_PENDING) this.#loseTrack();
  }

  async #flush(now: number): Promise<void> {
    try {
      if (this.#mustRotate(now)) await this.#rotate(now);
      else await this.#appendPending();
      await this.#removeOld(now);
      if (this.#failing) this.#options.log.info({}, 'head log is written again');
      this.#failing = false;
    } catch (error) {
      await this.#fail(error);
    }
  }

  #mustRotate(now: number): boolean {
    if (this.#lost || this.#current === undefined) return true;
    const age = Math.max(MIN_AGE_MS, this.#window.windowMs / SEGMENTS);
    return this.#current.size > MAX_SEGMENT || now - this.#current.since >= age;
  }

  async #rotate(now: number): Promise<void> {
    // Taken in one go, so that definitions and what follows them fit together.
    const snapshot = this.#snapshot();
    this.#lost = false;
    await this.#appendPending();
    await this.#closeCurrent();
    const current = await this.#open(now);
    await this.#append(snapshot);
    current.complete = true;
  }

  #snapshot(): Uint8Array {
    const out = new ByteWriter();
    for (const record of definitions(this.#window)) appendRecord(record, out);
    return out.take();
  }

  async #open(now: number): Promise<OpenSegment> {
    const sequence = this.#nextSequence++;
    const path = segmentPath(this.#options.directory, sequence);
    const file = await this.#options.disk.open(path, 'append');
    const current = { sequence, path, file, since: now, complete: false, size: 0, lastTime: this.#lastTime };
    this.#current = current;
    await this.#append(segmentHeader());
    await this.#options.disk.syncDirectory(this.#options.directory);
    return current;
  }

  async #appendPending(): Promise<void> {
    if (this.#current !== undefined) this.#current.lastTime = this.#lastTime;
    await this.#append(this.#pending.take());
  }

  async #append(bytes: Uint8Array): Promise<void> {
    if (this.#current === undefined || bytes.length === 0) return;
    await this.#current.file.append(bytes);
    this.#current.size += bytes.length;
  }

  async #closeCurrent(): Promise<void> {
    const current = this.#current;
    if (current === undefined) return;
    this.#current = undefined;
    if (current.complete) this.#closed.push(current);
    try {
      await current.file.sync();
    } finally {
      await current.file.close();
      if (!current.complete) await this.#options.disk.remove(current.path);
    }
  }

  async #removeOld(now: number): Promise<void> {
    const keepFrom = now - this.#window.windowMs;
    const old = this.#closed.filter(({ lastTime }) => lastTime < keepFrom);
    if (old.length === 0) return;
    this.#closed = this.#closed.filter(({ lastTime }) => lastTime >= keepFrom);
    for (const { path } of old) await this.#options.disk.remove(path);
  }

  /** The current segment may end in half a record: nothing is written behind it. */
  async #fail(error: unknown): Promise<void> {
    this.#options.metrics.increment('octowatch_head_log_failures_total');
    if (!this.#failing) this.#options.log.error({ error: messageOf(error) }, 'cannot write the head log');
    this.#failing = true;
    this.#loseTrack();
    try {
      await this.#closeCurrent();
    } catch {
      // The disk refuses already, and that is told.
    }
  }

  #loseTrack(): void {
    this.#lost = true;
    this.#pending.take();
  }
}
