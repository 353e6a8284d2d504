import { Failure } from '../../model/failure.ts';
import type { HistoryReader, PastReader, SeriesRequest } from '../../model/history.ts';
import type { Clock } from '../../model/ports.ts';
import type { ChunkFile } from './chunk-file.ts';
import { ChunkFiles, type ChunkFilesOptions } from './chunk-files.ts';
import { DamageError } from './chunk-format.ts';
import { ChunkReader, isGone } from './chunk-reader.ts';
import { writeChunk, type ChunkWriter } from './chunk-writer.ts';
import { cutChunk, oldestIn, type CutSource } from './cut-chunk.ts';
import { expireChunks, type Retention } from './expire-chunks.ts';
import { fetchSeries } from './fetch-series.ts';
import { mergeChunks } from './merge-chunks.ts';

/** What a file of fresh samples spans at most, from a multiple of it on, in ms. */
const SPAN_MS = 2 * 3_600_000;
const DAY_MS = 24 * 3_600_000;
/** What files are merged to, one after the other: no merge opens many, and neither does a query over weeks. */
const MERGED_MS = [SPAN_MS / 10, SPAN_MS, DAY_MS];
/** How often what went through the head becomes a file, in ms. */
export const CUT_MS = 2 * 60_000;
/** How old a sample is when it is cut: what arrives later than that is not in history. In ms. */
export const LATENESS_MS = 2 * 60_000;
/** How long the head must keep each sample for all of them to be cut: a cut may be late by a minute. In ms. */
export const HEAD_KEEPS_MS = CUT_MS + LATENESS_MS + 60_000;

/** Nobody calls at the very ms. */
const LEEWAY_MS = 10_000;
const MAX_SAMPLES = 20_000_000;
const ATTEMPTS = 3;

export interface ChunksOptions extends ChunkFilesOptions {
  readonly clock: Clock;
  /** As configured now. */
  readonly retention: () => Retention;
  /** The most samples that one query reads; default 20 million, which take 320 MB. */
  readonly maxSamples?: number;
}

/** The history of series on the local disk: what went through the head, in closed files. */
export interface Chunks extends HistoryReader {
  /** The time of the oldest sample there is, ms; Infinity without one. */
  readonly since: number;
  /**
   * What requests ask for, up to what was cut last; the head has the rest. What is damaged, or what the disk does not
   * give, is missing from it.
   * @throws Failure `budget` when it is more than fits into memory
   */
  fetch(requests: readonly SeriesRequest[], signal: AbortSignal): Promise<PastReader>;
  /** Takes what is in the head and leaves it at the next sweep: after a long stop, before the head forgets it. */
  rescue(source: CutSource, signal: AbortSignal): Promise<void>;
  /** Takes over from the head what is due; call it twice a minute. Failures are counted, told and tried again. */
  cut(source: CutSource, signal: AbortSignal): Promise<void>;
  /** Expires and merges what is due. That may take longer than a cut can wait: it may run at the same time. */
  tidy(signal: AbortSignal): Promise<void>;
}

/** Opens the history in a directory. What cannot be read of it is left out and counted; rules do not need it. */
export async function openChunks(options: ChunksOptions): Promise<Chunks> {
  const chunks = new LocalChunks(options);
  await chunks.open();
  return chunks;
}

class LocalChunks implements Chunks {
  readonly #options: ChunksOptions;
  readonly #files: ChunkFiles;
  readonly #reader: ChunkReader;
  readonly #failing = new Set<string>();
  #due = 0;
  /** When there was a cut last, ms; a start is one, as before it nothing is due. */
  #cutAt: number;

  constructor(options: ChunksOptions) {
    this.#options = options;
    this.#files = new ChunkFiles(options);
    this.#reader = new ChunkReader(options);
    this.#cutAt = options.clock.now();
  }

  /** Whether the directory could be read, now or before. */
  open(): Promise<boolean> {
    return this.#try('open', () => this.#files.open());
  }

  get since(): number {
    return this.#files.all[0]?.start ?? Number.POSITIVE_INFINITY;
  }

  async fetch(requests: readonly SeriesRequest[], signal: AbortSignal): Promise<PastReader> {
    for (let attempt = 1; ; attempt++) {
      try {
        const reader = await fetchSeries(requests, {
          files: this.#files.all,
          reader: this.#reader,
          onDamage: (file, error) => this.#files.putAside(file, error),
          onFailure: (error) => this.#fail('read', error),
          maxSamples: this.#options.maxSamples ?? MAX_SAMPLES,
          signal,
        });
        return this.#files.isOpen
          ? reader
          : { ...reader, warnings: ['history on the local disk cannot be read'] };
      } catch (error) {
        // A merge took the file's place meanwhile, or somebody removed it.
        if (!isGone(error) || attempt === ATTEMPTS) throw error;
        await this.#files.forgetMissing();
      }
    }
  }

  async rescue(source: CutSource, signal: AbortSignal): Promise<void> {
    if (this.#options.clock.now() - this.#cutUntil() < HEAD_KEEPS_MS) return;
    await this.#tryCut(source, signal);
  }

  async cut(source: CutSource, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const wait = this.#due - clock.now();
    // A cut that failed is due again at the next call. A longer wait comes of a clock that was set back.
    if (wait > 0 && wait <= CUT_MS) return;
    if (await this.#tryCut(source, signal)) this.#due = clock.now() + CUT_MS - LEEWAY_MS;
  }

  async tidy(signal: AbortSignal): Promise<void> {
    if (!this.#files.isOpen) return;
    // First, as it makes room.
    await this.#try('expire', () => expireChunks(this.#files, this.#options), signal);
    await this.#try('merge', () => this.#merge(signal), signal);
  }

  async #tryCut(source: CutSource, signal: AbortSignal): Promise<boolean> {
    return (await this.open()) && this.#try('cut', () => this.#cut(source, signal), signal);
  }

  /** Up to when samples are in files; a clock that was set back makes files of later times count for nothing. */
  #cutUntil(): number {
    const now = this.#options.clock.now();
    return this.#files.all.reduce((until, { end }) => (end <= now ? Math.max(until, end) : until), 0);
  }

  /** Cuts what is there after the last cut, a file for each span. */
  async #cut(source: CutSource, signal: AbortSignal): Promise<void> {
    const now = this.#options.clock.now();
    const end = now - LATENESS_MS;
    // The least step: no sample is cut twice.
    let start = this.#cutUntil() + 0.001;
    while (start <= end) {
      if (spanOf(start) !== spanOf(end)) start = (await oldestIn(source, { start, end }, signal)) ?? end;
      const spanEnd = spanOf(start) + SPAN_MS;
      const range = { start, end: Math.min(end, spanEnd - 0.001) };
      await this.#write((writer) => cutChunk(source, range, writer, signal), []);
      start = spanEnd;
    }
    if (this.#failing.has('cut')) this.#countLost(this.#cutAt - LATENESS_MS, now - HEAD_KEEPS_MS);
    this.#cutAt = now;
  }

  /** What left the head between two times left it before it could be cut. */
  #countLost(from: number, to: number): void {
    if (from >= to) return;
    const { log, metrics } = this.#options;
    metrics.increment('octowatch_history_lost_seconds_total', {}, (to - from) / 1000);
    log.error(
      { from: toText(from), to: toText(to) },
      'history lacks samples: they left the head before it worked again',
    );
  }

  /** Makes one file of those of each span that is over. @throws what failed first, when all others are made */
  async #merge(signal: AbortSignal): Promise<void> {
    const now = this.#options.clock.now() - LATENESS_MS;
    const failures: unknown[] = [];
    for (const ms of MERGED_MS) {
      const current = spanOf(now, ms);
      for (const [span, files] of Map.groupBy(this.#files.all, ({ start }) => spanOf(start, ms))) {
        if (span >= current || files.length === 1) continue;
        await this.#mergeFiles(files, signal).catch((error: unknown) => failures.push(error));
        signal.throwIfAborted();
        if (isGone(failures.at(-1))) await this.#files.forgetMissing();
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  async #mergeFiles(files: readonly ChunkFile[], signal: AbortSignal): Promise<void> {
    const whole: ChunkFile[] = [];
    for (const file of files) if (await this.#isReadable(file)) whole.push(file);
    const written = await this.#write((writer) => mergeChunks(whole, this.#reader, writer, signal), whole);
    for (const file of whole) {
      if (written) this.#reader.forget(file);
      else await this.#files.putAside(file, 'none of its sections can be read');
    }
  }

  async #isReadable(file: ChunkFile): Promise<boolean> {
    try {
      await this.#reader.index(file);
      return true;
    } catch (error) {
      if (!(error instanceof DamageError)) throw error;
      await this.#files.putAside(file, error);
      return false;
    }
  }

  /** Writes a file, or none when there is nothing to be in it. */
  async #write(
    fill: (writer: ChunkWriter) => Promise<void>,
    replaced: readonly ChunkFile[],
  ): Promise<boolean> {
    const path = this.#files.newPath();
    const samples = await writeChunk(this.#options.disk, path, fill);
    if (samples === 0) return false;
    await this.#files.add(path, replaced, (file) => this.#reader.hasDamage(file));
    if (replaced.length === 0)
      this.#options.metrics.increment('octowatch_history_samples_total', {}, samples);
    return true;
  }

  /** Whether it succeeded. A failure is counted, and told once until it succeeds again. */
  async #try(operation: string, work: () => Promise<unknown>, signal?: AbortSignal): Promise<boolean> {
    try {
      await work();
      if (this.#failing.delete(operation)) this.#options.log.info({ operation }, 'history works again');
      return true;
    } catch (error) {
      if (signal?.aborted === true) return false;
      if (!(error instanceof Failure || error instanceof DamageError)) throw error;
      this.#fail(operation, error);
      return false;
    }
  }

  #fail(operation: string, error: Error): void {
    const { log, metrics } = this.#options;
    metrics.increment('octowatch_history_failures_total', { operation });
    if (!this.#failing.has(operation))
      log.error({ operation, error: error.message }, 'history fails: rules go on without it, trying again');
    this.#failing.add(operation);
  }
}

function toText(time: number): string {
  return new Date(time).toISOString();
}

function spanOf(time: number, ms = SPAN_MS): number {
  return Math.floor(time / ms) * ms;
}
