import { Failure } from '../../model/failure.ts';
import type { Disk, FileStat } from '../../model/ports.ts';
import { isArchiveOf, type PathGlob } from './path-glob.ts';

/** A regular file that a glob means, or an archive of one. */
export interface FoundFile {
  readonly path: string;
  /** Path of the log it belongs to: files of one log are read oldest first. */
  readonly log: string;
  /** Whether it is the log itself and not an archive of it. */
  readonly isLive: boolean;
  readonly stat: FileStat;
}

/** What finding saw besides files. */
export interface FindReport {
  readonly files: readonly FoundFile[];
  /** Paths that were left alone because they are links or no files. */
  readonly notFiles: readonly string[];
  /** Directories and files that could not be looked at: nobody knows what there is. */
  readonly failures: readonly LookFailure[];
}

export interface LookFailure {
  readonly path: string;
  readonly error: unknown;
}

/** Whether a file was not looked at, because that failed. */
export function isUnseen(path: string, failures: readonly LookFailure[]): boolean {
  return failures.some((failure) => path === failure.path || path === join(failure.path, baseName(path)));
}

/** Device and inode: what a file keeps when it is renamed. */
export function keyOf({ device, inode }: Pick<FileStat, 'device' | 'inode'>): string {
  return `${device}:${inode}`;
}

/** The files of all globs, each once, and the archives beside them; follows no link. A directory that is not there has none. */
export async function findFiles(disk: Disk, globs: readonly PathGlob[]): Promise<FindReport> {
  const files = new Map<string, FoundFile>();
  const notFiles: string[] = [];
  const failures: LookFailure[] = [];
  const orNone = <T>(path: string, looking: Promise<T>): Promise<T | undefined> =>
    looking.catch((error: unknown) => {
      failures.push({ path, error });
      return undefined;
    });
  for (const glob of globs) {
    const names = (await orNone(glob.directory, listOrNone(disk, glob.directory))) ?? [];
    for (const { name, live } of namesOf(names, glob)) {
      const path = join(glob.directory, name);
      const stat = await orNone(path, disk.stat(path));
      if (stat === undefined) continue;
      const isLive = name === live;
      if (stat.kind !== 'file') {
        if (isLive) notFiles.push(path);
        continue;
      }
      const known = files.get(keyOf(stat));
      if (known === undefined || (isLive && !known.isLive)) {
        files.set(keyOf(stat), { path, log: join(glob.directory, live), isLive, stat });
      }
    }
  }
  return { files: [...files.values()].toSorted(byAge), notFiles, failures };
}

/** Oldest first; where the times are equal an archive before the log, a higher number before a lower one. */
function byAge(a: FoundFile, b: FoundFile): number {
  if (a.log !== b.log) return a.log < b.log ? -1 : 1;
  if (a.isLive !== b.isLive) return a.isLive ? 1 : -1;
  const numbers = archiveNumber(b.path) - archiveNumber(a.path);
  return a.stat.modifiedMs - b.stat.modifiedMs || (Number.isNaN(numbers) ? 0 : numbers);
}

function archiveNumber(path: string): number {
  return Number(/\.(\d+)(?:\.[^./\\]*)?$/.exec(path)?.[1]);
}

function namesOf(names: readonly string[], glob: PathGlob): { name: string; live: string }[] {
  const matched = names.filter((name) => glob.matches(name));
  const lives =
    glob.literal === undefined
      ? matched.filter((name) => !matched.some((other) => isArchiveOf(name, other)))
      : [glob.literal];
  return names.flatMap((name) => {
    const live = lives.find((log) => log === name || isArchiveOf(name, log));
    return live === undefined ? [] : [{ name, live }];
  });
}

function join(directory: string, name: string): string {
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`;
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

async function listOrNone(disk: Disk, directory: string): Promise<readonly string[]> {
  try {
    return await disk.list(directory);
  } catch (error) {
    if (error instanceof Failure && error.reason === 'not_found') return [];
    throw error;
  }
}
