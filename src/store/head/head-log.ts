import { ByteWriter } from '../../model/byte-codec.ts';
import { messageOf } from '../../model/failure.ts';
import { setStale } from '../../model/series.ts';
import type { Block, Fill } from './block.ts';
import { DefinitionCopy } from './definition-copy.ts';
import type { HeadJournal, HeadWindow } from './head-window.ts';
import { readSegments, type LogDirectoryOptions, type SegmentFile } from './log-directory.ts';
import type { LogRecord } from './log-record.ts';
import { LogReplay, birthRecord, blockRecord } from './log-replay.ts';
import { appendRecord } from './log-segment.ts';
import { appendTo, closeSegment, createSegment, type OpenSegment } from './segment-writer.ts';
import { LAST, NUMBER, RECORD } from './series-columns.ts';

const MAX_SEGMENT = 32 * 1024 * 1024;
const MAX_PENDING = 64 * 1024 * 1024;
const MIN_AGE_MS = 60_000;
/** A window spans about this many segments. */
const SEGMENTS = 4;
/** How many series are written down in one go when a segment begins: about 1 ms. */
const SLICE = 2000;

/**
 * The head's log: what refills the window at a start. Each segment has the blocks and series there are, so that older
 * ones can go; a block's come before what happened to it. Written once a second without a sync: it survives the process; a power cut may cost the last
 * seconds. While the disk refuses, the window works on and the log starts afresh when the disk is back.
 */
export class HeadLog implements HeadJournal {
  readonly #options: LogDirectoryOptions;
  readonly #window: HeadWindow;
  #pending = new ByteWriter();
  /** What is being written while `#pending` fills. */
  #written = new ByteWriter();
  #closed: SegmentFile[] = [];
  #current: OpenSegment | undefined;
  /** While a segment begins. */
  #copy: DefinitionCopy | undefined;
  #nextSequence = 1;
  /** Of the latest tick, ms. */
  #lastTime = Number.NEGATIVE_INFINITY;
  #lost = false;
  #failing = false;
  /** Of the tick that is written down. */
  #numbers = new Int32Array(256);
  #values = new Float64Array(256);
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
    if (last?.complete === true && last.size < MAX_SEGMENT) {
      const file = await this.#options.disk.open(last.path, 'append').catch(() => undefined);
      if (file !== undefined) this.#current = { ...last, file, since: now, defined: 0 };
    }
    if (this.#current !== undefined) this.#closed.pop();
    else await this.#rotate(now).catch((error: unknown) => this.#fail(error));
    this.#window.journal = this;
  }

  block(block: Block): void {
    this.#record(block, blockRecord(block));
  }

  birth(block: Block, id: number, zero: boolean): void {
    this.#record(block, birthRecord(this.#window, block, id, zero));
  }

  tick(block: Block, fill: Fill, span: number): void {
    const time = block.lastTime;
    const { records, latest } = this.#window.store.columns;
    const { ids, length: count } = block.puts;
    if (count > this.#numbers.length) {
      this.#numbers = new Int32Array(count * 2);
      this.#values = new Float64Array(count * 2);
    }
    const numbers = this.#numbers;
    const values = this.#values;
    for (let i = 0; i < count; i++) {
      const id = ids[i] ?? 0;
      const isThere = records[id * RECORD + LAST] === block.end - 1;
      numbers[i] = records[id * RECORD + NUMBER] ?? 0;
      if (isThere) values[i] = latest[id] ?? 0;
      else setStale(values, i);
    }
    this.#record(block, { type: 'tick', block: block.id, time, fill, span, numbers, values, count });
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

  #record(block: Block, record: LogRecord): void {
    if (this.#copy?.covers(block) === true) {
      this.#copy.record(record);
      return;
    }
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
    const { size, defined, since } = this.#current;
    const age = Math.max(MIN_AGE_MS, this.#window.windowMs / SEGMENTS);
    return size - defined > Math.max(MAX_SEGMENT, defined) || now - since >= age;
  }

  /** Begins a segment. What happens meanwhile goes to it or to the one before, never to both. */
  async #rotate(now: number): Promise<void> {
    const { disk, directory } = this.#options;
    const next = await createSegment(disk, directory, this.#nextSequence++, now);
    try {
      this.#copy = new DefinitionCopy(this.#window);
      while (!this.#copy.done) {
        this.#copy.advance(SLICE);
        if (!this.#copy.done) await this.#appendPending();
        await appendTo(next, this.#copy.take());
      }
      await this.#turnTo(next);
    } catch (error) {
      this.#copy = undefined;
      if (this.#current !== next) await closeSegment(disk, next).catch(() => undefined);
      throw error;
    }
  }

  async #turnTo(next: OpenSegment): Promise<void> {
    // In one go: all that comes from here on is the new segment's.
    const rest = this.#pending.take();
    const tail = this.#copy?.take() ?? new Uint8Array();
    this.#copy = undefined;
    this.#lost = false;
    if (this.#current !== undefined) this.#current.lastTime = this.#lastTime;
    await appendTo(this.#current, rest);
    await this.#closeCurrent();
    await appendTo(next, tail);
    next.lastTime = this.#lastTime;
    next.defined = next.size;
    next.complete = true;
    this.#current = next;
  }

  async #appendPending(): Promise<void> {
    if (this.#current !== undefined) this.#current.lastTime = this.#lastTime;
    const full = this.#pending;
    this.#pending = this.#written;
    this.#written = full;
    try {
      await appendTo(this.#current, full.view());
    } finally {
      full.clear();
    }
  }

  async #closeCurrent(): Promise<void> {
    const current = this.#current;
    if (current === undefined) return;
    this.#current = undefined;
    this.#closed.push(current);
    await closeSegment(this.#options.disk, current);
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
    this.#pending.clear();
  }
}
