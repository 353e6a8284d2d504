import type { FilePosition } from './file-position.ts';
import type { TailedFile } from './tailed-file.ts';

/**
 * The time of the last line that was read of the other files of a file's log, ms; undefined where nobody knows.
 * @param retired files that are no more where they were
 */
export function lastTimeBefore(
  file: TailedFile,
  followed: Iterable<TailedFile>,
  retired: readonly FilePosition[],
): number | undefined {
  let last = 0;
  for (const other of followed) {
    const isBefore = other !== file && other.found.log === file.found.log;
    if (isBefore) last = Math.max(last, other.position?.lastTime ?? 0);
  }
  for (const { path, lastTime } of retired) if (path === file.found.path) last = Math.max(last, lastTime);
  return last > 0 ? last : undefined;
}
