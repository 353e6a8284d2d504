import type { Clock } from '../../model/ports.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import type { ChunkFiles, StoredFile } from './chunk-files.ts';

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

/** Removes files that are too old as a whole, then the oldest until the others fit: first of all what is damaged. */
export async function expireChunks(files: ChunkFiles, options: ExpireOptions): Promise<void> {
  const { keepMs, maxBytes = Number.POSITIVE_INFINITY } = options.retention();
  const keepFrom = options.clock.now() - keepMs;
  const all: readonly StoredFile[] = [...(await files.damaged()), ...files.all];
  let total = all.reduce((sum, { bytes }) => sum + bytes, 0);
  for (const file of all) {
    const reason = file.end < keepFrom ? 'age' : total > maxBytes ? 'bytes' : undefined;
    if (reason === undefined) continue;
    await files.remove(file);
    total -= file.bytes;
    options.metrics.increment('octowatch_history_removed_files_total', { reason });
  }
}
