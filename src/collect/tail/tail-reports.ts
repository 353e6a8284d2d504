import { messageOf, toFailure } from '../../model/failure.ts';
import type { ParseCounts } from '../contract.ts';
import type { Skew } from './skew.ts';
import type { TailerOptions } from './tail-options.ts';

/** A file full of bad lines, or stamps, is told of once in this time, ms; the counters have them all. */
const TELL_EVERY_MS = 60_000;

/** Logs and counts what befalls the files of one target. */
export class TailReports {
  readonly #options: TailerOptions;
  readonly #notFiles = new Set<string>();
  /** When refused lines of a path were told of last, ms. */
  readonly #refusals = new Map<string, number>();
  readonly #skews = new Map<string, number>();

  constructor(options: TailerOptions) {
    this.#options = options;
  }

  /** A failure that is tried again after `pauseMs`. */
  failed(path: string, error: unknown, pauseMs: number): void {
    const { log, metrics, collector, target } = this.#options;
    const { reason } = toFailure(error, 'disk');
    metrics.increment('octowatch_log_failures_total', { collector: collector.name, reason });
    log.warn({ tenant: target.tenant, path, error: messageOf(error), pauseMs }, 'cannot read log file');
  }

  /** Lines of a block that begins at byte `offset` of a file. */
  lines(counts: ParseCounts, path: string, offset: number): void {
    const { metrics, collector } = this.#options;
    for (const [outcome, count] of Object.entries(counts)) {
      if (count > 0)
        metrics.increment('octowatch_log_lines_total', { collector: collector.name, outcome }, count);
    }
    if (counts.refused > 0) this.#refused(counts.refused, path, offset);
  }

  lost(bytes: number, path: string): void {
    if (bytes <= 0) return;
    const { log, metrics, collector, target } = this.#options;
    metrics.increment('octowatch_log_bytes_destroyed_total', { collector: collector.name }, bytes);
    log.warn({ tenant: target.tenant, path, bytes }, 'log bytes were destroyed before they were read');
  }

  /** Compressed bytes that cannot be decompressed; the reason is told once for each file. */
  corrupt(path: string, bytes: number, reason: string | undefined): void {
    const { log, metrics, collector, target } = this.#options;
    metrics.increment('octowatch_log_bytes_destroyed_total', { collector: collector.name }, bytes);
    if (reason === undefined) return;
    log.error(
      { tenant: target.tenant, path, bytes, error: reason },
      'compressed log is corrupt and read no further: unpack what can be unpacked into another file',
    );
  }

  skewed({ events, ms }: Skew, path: string): void {
    const { log, metrics, collector, target } = this.#options;
    metrics.increment('octowatch_log_events_skewed_total', { collector: collector.name }, events);
    if (!this.#isDue(this.#skews, path)) return;
    log.warn(
      { tenant: target.tenant, path, events, seconds: Math.round(ms / 1000) },
      'log stamps are off the clock and were replaced: check both clocks, and the time_zone of the instance',
    );
  }

  truncated(path: string): void {
    const { log, target } = this.#options;
    log.info({ tenant: target.tenant, path }, 'log file was truncated: reading it from its beginning');
  }

  isUtf16(path: string): void {
    const { log, target } = this.#options;
    log.error(
      { tenant: target.tenant, path },
      'log file is UTF-16 and not read: make the server write UTF-8',
    );
  }

  /** Each path is told once. */
  areNoFiles(paths: readonly string[]): void {
    const { log, target } = this.#options;
    for (const path of paths) {
      if (this.#notFiles.has(path)) continue;
      this.#notFiles.add(path);
      log.warn({ tenant: target.tenant, path }, 'log path is a link or no regular file and not read');
    }
  }

  #refused(lines: number, path: string, offset: number): void {
    const { log, target } = this.#options;
    if (!this.#isDue(this.#refusals, path)) return;
    log.warn(
      { tenant: target.tenant, path, lines, near: offset },
      'log lines were refused: cut, too long or not UTF-8',
    );
  }

  /** Whether it was not told of lately. */
  #isDue(told: Map<string, number>, path: string): boolean {
    const now = this.#options.clock.now();
    if (Math.abs(now - (told.get(path) ?? Number.NEGATIVE_INFINITY)) < TELL_EVERY_MS) return false;
    told.set(path, now);
    return true;
  }
}
