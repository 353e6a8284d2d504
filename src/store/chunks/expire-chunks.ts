import type { Clock } from '../../model/ports.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import type { ChunkFiles } from './chunk-files.ts';

/** What history may keep. */
export interface Retention {
  /** How long, ms. */
  readonly keepMs: number;
  /** Of all files together. */
  readonly maxBytes?: number | undefined;
}

export interface ExpireOptions {
  readonly clock: Clock;
  readonly retention: () => Retention;
  readonly metrics: SelfMetrics;
}

/** Removes files that are too old as a whole, then the oldest until the others fit. */
export async function expireChunks(files: ChunkFiles, options: ExpireOptions): Promise<void> {
  const { keepMs, maxBytes = Number.POSITIVE_INFINITY } = options.retention();
  const keepFrom = options.clock.now() - keepMs;
  for (const file of files.all) {
    const reason = file.end < keepFrom ? 'age' : files.bytes > maxBytes ? 'bytes' : undefined;
    if (reason === undefined) continue;
    await files.remove(file);
    options.metrics.increment('octowatch_history_removed_files_total', { reason });
  }
}
