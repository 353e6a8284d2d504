import { ColumnBatch } from '../../model/column-batch.ts';
import { messageOf, toFailure } from '../../model/failure.ts';
import type { Batch } from '../../model/ports.ts';
import type { ParseCounts } from '../contract.ts';
import { Backoff } from './backoff.ts';
import type { FilePosition } from './file-position.ts';
import { FollowedFiles } from './followed-files.ts';
import { IdleWatch } from './idle-watch.ts';
import { isWhereItWas } from './is-where-it-was.ts';
import { LineReader, type LineBlock } from './line-reader.ts';
import { correctSkew } from './skew.ts';
import type { TailerOptions } from './tail-options.ts';
import { TailReports } from './tail-reports.ts';
import type { TailedFile } from './tailed-file.ts';
import { withZstd } from './zstd-disk.ts';

const KIB = 1024;
/** A line that yields a row holds a stamp, and no stamp is shorter: a third less of what an id takes in the store. */
export const ID_STEP = 8;

/** How often directories are listed; logs that are known are looked at more often. */
const DISCOVER_MS = 1000;
/** A log that did not grow for so long is closed until it does. */
const REST_MS = 60_000;
/** Bytes without a row after which the position is committed all the same. */
const COMMIT_BYTES = 1024 * KIB;

/** How a scan ended: nothing new, something read, or more to read than one scan should. */
export type ScanResult = 'idle' | 'progress' | 'more';

/** Follows the log files of one target. */
export interface Tailer {
  /** Reads until aborted, then closes the files and resolves. Failures are logged, counted and tried again. */
  run(signal: AbortSignal): Promise<void>;
  /** One look at all files, reading what is there. @throws Failure `disk` when a first look at a directory fails */
  scan(signal?: AbortSignal): Promise<ScanResult>;
  close(): Promise<void>;
}

/** @throws Failure `invalid` for a glob with wildcards above the last element, or a time zone that is none */
export function createTailer(options: TailerOptions): Tailer {
  return new FileTailer({ ...options, disk: withZstd(options.disk, new TailReports(options)) });
}

const ONE_REFUSED: ParseCounts = { parsed: 0, folded: 0, skipped: 0, refused: 1 };

class FileTailer implements Tailer {
  readonly #options: TailerOptions;
  readonly #files: FollowedFiles;
  readonly #reader: LineReader;
  readonly #backoff = new Backoff();
  readonly #columns = new ColumnBatch();
  readonly #idle: IdleWatch;
  #discoveredAt = Number.NEGATIVE_INFINITY;

  constructor(options: TailerOptions) {
    const { readBytes = 1024 * KIB, maxLineBytes = 1024 * KIB } = options;
    this.#options = options;
    this.#files = new FollowedFiles(options);
    this.#reader = new LineReader(readBytes, maxLineBytes);
    this.#idle = new IdleWatch(options.disk, options.clock, this.#files.directories);
  }

  async run(signal: AbortSignal): Promise<void> {
    const { pollMs = 50, maxPollMs = 500, clock } = this.#options;
    try {
      while (!signal.aborted) {
        const result = await this.#scanOrPause(signal);
        if (result === 'more') continue;
        if (result === 'idle') await this.#rest(maxPollMs, signal);
        else {
          this.#idle.end();
          await clock.sleep(pollMs, signal);
        }
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#idle.end();
      await this.close();
    }
  }

  /** Waits for something to read. What came before the watch began is looked for once more. */
  async #rest(ms: number, signal: AbortSignal): Promise<void> {
    if (this.#idle.begin()) return;
    if (await this.#idle.wait(ms, signal)) this.#discoveredAt = Number.NEGATIVE_INFINITY;
  }

  async scan(signal?: AbortSignal): Promise<ScanResult> {
    if (this.#mustDiscover() || !(await this.#files.refresh())) {
      this.#discoveredAt = this.#options.clock.now();
      await this.#files.discover();
    }
    const result = await this.#readAll(signal);
    await this.#files.closeResting(REST_MS);
    return result;
  }

  close(): Promise<void> {
    return this.#files.close();
  }

  async #scanOrPause(signal: AbortSignal): Promise<ScanResult> {
    try {
      const result = await this.scan(signal);
      this.#backoff.succeed('scan');
      return result;
    } catch (error) {
      if (signal.aborted) throw error;
      await this.#pause('scan', error, 'cannot look for log files', signal);
      return 'progress';
    }
  }

  /** Also when the clock was set back. */
  #mustDiscover(): boolean {
    return Math.abs(this.#options.clock.now() - this.#discoveredAt) >= DISCOVER_MS;
  }

  async #readAll(signal?: AbortSignal): Promise<ScanResult> {
    let result: ScanResult = 'idle';
    for (let turn = this.#files.readable(); turn.length > 0; turn = this.#files.readable()) {
      await this.#commitRoster(signal);
      for (const file of turn) await this.#readBlock(file, signal);
      result = 'progress';
      signal?.throwIfAborted();
      if (this.#mustDiscover()) return 'more';
    }
    await this.#commitRoster(signal);
    return result;
  }

  async #readBlock(file: TailedFile, signal?: AbortSignal): Promise<void> {
    let block;
    const { position } = file;
    if (position === undefined) return;
    try {
      const handle = await file.open(this.#options.disk);
      if (handle === undefined) return file.waitForMore();
      block = await this.#reader[position.skipping ? 'skip' : 'read'](handle, position.offset);
      // Looked at after the read: a write may have waited for long, and the file begun anew meanwhile.
      if (!(await isWhereItWas(handle, position))) return file.doubt();
      this.#files.succeeded(file);
    } catch (error) {
      return this.#files.failed(file.found, error);
    }
    if (block.kind === 'partial') return file.waitForMore();
    if (block.kind === 'lines') return this.#take(file, position, block, signal);
    if (!position.skipping) this.#report(file, ONE_REFUSED, position.offset);
    file.skip(block.bytes, block.block, block.ended);
  }

  async #take(
    file: TailedFile,
    { offset }: FilePosition,
    { lines, block }: Extract<LineBlock, { kind: 'lines' }>,
    signal?: AbortSignal,
  ): Promise<void> {
    const columns = this.#columns;
    file.parser.lastTime ??= this.#files.lastTimeBefore(file);
    this.#report(file, file.parser.parse(lines, offset, columns), offset);
    file.advance(lines.length, block);
    const skew = correctSkew(columns, this.#options.clock.now(), file.writtenSince);
    if (skew !== undefined) this.#files.reports.skewed(skew, file.found.path);
    const { position } = file;
    if (position === undefined) return;
    if (columns.rows === 0 && file.uncommitted < COMMIT_BYTES) return columns.clear();
    const { identity } = position;
    const source = this.#files.sourceOf(identity);
    const refused = file.uncommittedRefused;
    await this.#write({ source, position, columns, idPrefix: identity, idStep: ID_STEP, refused }, signal);
    file.uncommitted = 0;
    file.uncommittedRefused = 0;
  }

  #report(file: TailedFile, counts: ParseCounts, offset: number): void {
    this.#files.reports.lines(counts, file.found.path, offset);
    file.uncommittedRefused += counts.refused;
  }

  /** Makes durable which files there are, so that a restart knows a new file from an old one. */
  async #commitRoster(signal?: AbortSignal): Promise<void> {
    if (!this.#files.rosterChanged) return;
    const { source, roster } = this.#files;
    const refused = this.#files.takeRefused();
    await this.#write({ source, position: roster, columns: this.#columns, refused }, signal);
    this.#files.rosterChanged = false;
    for (const forgotten of this.#files.takeForgottenSources()) {
      await this.#write({ source: forgotten, position: null, columns: this.#columns }, signal);
    }
  }

  /** Writes until it is durable: what was read once is never read again. */
  async #write(batch: Batch, signal?: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await this.#options.writer.write(batch);
        break;
      } catch (error) {
        signal?.throwIfAborted();
        await this.#pause('write', error, 'cannot write what was read from log files', signal);
      }
    }
    this.#backoff.succeed('write');
    this.#countPoints(batch.columns);
    batch.columns.clear();
  }

  async #pause(key: string, error: unknown, message: string, signal?: AbortSignal): Promise<void> {
    const { clock, log, metrics, collector, target } = this.#options;
    const { reason } = toFailure(error, 'disk');
    const pauseMs = this.#backoff.fail(key, clock.now());
    metrics.increment('octowatch_log_failures_total', { collector: collector.name, reason });
    log.error({ tenant: target.tenant, error: messageOf(error), pauseMs }, message);
    await clock.sleep(pauseMs, signal);
  }

  #countPoints(columns: ColumnBatch): void {
    for (const { dataset, rows } of columns.tables()) {
      this.#options.metrics.increment('octowatch_points_total', { dataset: dataset.name }, rows);
    }
  }
}
