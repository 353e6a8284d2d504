import { constants, watch } from 'node:fs';
import type { BigIntStats, Stats } from 'node:fs';
import { lstat, mkdir, open, readdir, rename, rm, statfs, type FileHandle } from 'node:fs/promises';
import { Failure, messageOf } from '../model/failure.ts';
import type { Disk, DiskFile, FileStat, FileSystemSpace } from '../model/ports.ts';

const FLAGS = {
  // Non-blocking, so that a pipe put in a log's place cannot hang the open.
  read: constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
  append: constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW,
};

/** The machine's file system. */
export const systemDisk: Disk = {
  open: (path, mode) => guarded(async () => new SystemFile(await open(path, FLAGS[mode], 0o640))),
  stat: (path) =>
    guarded(async () => toStat(await lstat(path), () => lstat(path, { bigint: true }))).catch(
      (error: unknown) => {
        if (error instanceof Failure && error.reason === 'not_found') return undefined;
        throw error;
      },
    ),
  list: (path) => guarded(() => readdir(path)),
  mkdir: (path) => guarded(async () => void (await mkdir(path, { recursive: true, mode: 0o750 }))),
  rename: (from, to) => guarded(() => rename(from, to)),
  remove: (path) => guarded(() => rm(path, { force: true })),
  syncDirectory: (path) => guarded(() => syncDirectory(path)),
  watch: watchDirectory,
  statfs: (path) => guarded(() => spaceOf(path)),
};

async function spaceOf(path: string): Promise<FileSystemSpace> {
  const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(path);
  return {
    size: blocks * bsize,
    free: bfree * bsize,
    available: bavail * bsize,
    ...(files === 0 ? {} : { files, filesFree: ffree }),
  };
}

/** A directory that is not there, or a system out of watches, is none to tell of. */
function watchDirectory(path: string, changed: () => void): (() => void) | undefined {
  try {
    const watcher = watch(path, { persistent: false }, changed);
    watcher.on('error', () => watcher.close());
    return () => watcher.close();
  } catch {
    return undefined;
  }
}

class SystemFile implements DiskFile {
  readonly #handle: FileHandle;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  stat(): Promise<FileStat> {
    return guarded(async () => toStat(await this.#handle.stat(), () => this.#handle.stat({ bigint: true })));
  }

  read(into: Uint8Array, position: number): Promise<number> {
    return guarded(async () => (await this.#handle.read(into, 0, into.length, position)).bytesRead);
  }

  append(bytes: Uint8Array): Promise<void> {
    return guarded(async () => {
      for (let done = 0; done < bytes.length;) {
        done += (await this.#handle.write(bytes, done, bytes.length - done)).bytesWritten;
      }
    });
  }

  sync(): Promise<void> {
    return guarded(() => this.#handle.datasync());
  }

  truncate(size: number): Promise<void> {
    return guarded(() => this.#handle.truncate(size));
  }

  close(): Promise<void> {
    return guarded(() => this.#handle.close());
  }
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** NTFS, and shares of it, number files with 64 bits: what a number cannot hold is asked for again as it is. */
async function toStat(stats: Stats, exact: () => Promise<BigIntStats>): Promise<FileStat> {
  const inode = Number.isSafeInteger(stats.ino) ? stats.ino : toInode((await exact()).ino);
  const kind = stats.isFile()
    ? 'file'
    : stats.isDirectory()
      ? 'directory'
      : stats.isSymbolicLink()
        ? 'link'
        : 'other';
  return {
    device: stats.dev,
    inode,
    size: stats.size,
    modifiedMs: stats.mtimeMs,
    bornMs: stats.birthtimeMs,
    kind,
  };
}

/** Any 64 bits as a whole number below 2^53: itself where it is one, else a hash that tells neighbours apart. */
export function toInode(id: bigint): number {
  if (id <= BigInt(Number.MAX_SAFE_INTEGER)) return Number(id);
  return Number(BigInt.asUintN(64, id * 0x9e3779b97f4a7c15n) >> 11n);
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw new Failure(missing ? 'not_found' : 'disk', messageOf(error), { cause: error });
  }
}
