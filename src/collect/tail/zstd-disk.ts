import type { Disk, DiskFile, FileStat } from '../../model/ports.ts';
import { keyOf } from './found-files.ts';
import { ZstdFile } from './zstd-file.ts';
import { ZstdSizes } from './zstd-sizes.ts';

/** ms from one look at a file that cannot be opened to the next; what is told to people. */
const LOOK_MS = 1000;

/** Told of what befalls compressed files. */
export interface ZstdReports {
  corrupt(path: string, bytes: number, reason: string | undefined): void;
  failed(path: string, error: unknown, pauseMs: number): void;
}

/**
 * A disk on which every `.zst` file is the content that is in it: its size, its bytes, its positions. Device, inode and
 * times are the file's own. A corrupt file ends where it can be read no further. One that cannot be opened, so that
 * nobody knows how much it holds, is as it was when it was seen last.
 */
export function withZstd(disk: Disk, reports: ZstdReports): Disk {
  const sizes = new ZstdSizes((path, bytes, reason) => reports.corrupt(path, bytes, reason));
  const failing = new Set<string>();

  async function stat(path: string): Promise<FileStat | undefined> {
    const found = await disk.stat(path);
    if (found?.kind !== 'file' || !isZstd(path)) return found;
    const known = sizes.unchanged(found);
    if (known !== undefined) return known;
    try {
      const measured = await measure(path);
      failing.delete(path);
      return measured;
    } catch (error) {
      if (!failing.has(path)) reports.failed(path, error, LOOK_MS);
      failing.add(path);
      return sizes.last(found);
    }
  }

  async function measure(path: string): Promise<FileStat> {
    const raw = await disk.open(path, 'read');
    try {
      return await sizes.measure(path, raw);
    } finally {
      await raw.close();
    }
  }

  async function open(path: string, mode: 'read' | 'append'): Promise<DiskFile> {
    if (!isZstd(path)) return disk.open(path, mode);
    const raw = await disk.open(path, 'read');
    try {
      const key = keyOf(await raw.stat());
      return new ZstdFile(raw, {
        stat: (file) => sizes.measure(path, file),
        epoch: () => sizes.epochOf(key),
      });
    } catch (error) {
      await raw.close();
      throw error;
    }
  }

  return {
    stat,
    open,
    list: (path) => disk.list(path),
    mkdir: (path) => disk.mkdir(path),
    rename: (from, to) => disk.rename(from, to),
    remove: (path) => disk.remove(path),
    syncDirectory: (path) => disk.syncDirectory(path),
    ...(disk.watch === undefined ? {} : { watch: disk.watch }),
  };
}

function isZstd(path: string): boolean {
  return /\.zst$/i.test(path);
}
