import { join } from 'node:path';
import type { SavedLists } from '../fleet/saved-list.ts';
import type { Disk } from '../model/ports.ts';
import { readWhole, replaceFile } from '../spool/replace-file.ts';

/** Lists as files of a folder. */
export interface SavedFiles extends SavedLists {
  /** Drops those of other names: one that comes back years later begins anew. Never throws. */
  keepOnly(names: readonly string[]): Promise<void>;
}

/** Keeps each list in a file that is replaced whole. */
export function createSavedLists(disk: Disk, directory: string): SavedFiles {
  const fileOf = (name: string): string => `${name}.json`;

  async function keepOnly(names: readonly string[]): Promise<void> {
    const kept = new Set(names.map(fileOf));
    const files = await disk.list(directory).catch(() => []);
    for (const file of files)
      if (!kept.has(file)) await disk.remove(join(directory, file)).catch(() => undefined);
  }

  return {
    keepOnly,
    async read(name) {
      const path = join(directory, fileOf(name));
      if ((await disk.stat(path)) === undefined) return undefined;
      return (await readWhole(disk, path)).toString('utf8');
    },
    async write(name, text) {
      await disk.mkdir(directory);
      await replaceFile(disk, directory, fileOf(name), Buffer.from(text));
    },
    remove: (name) => disk.remove(join(directory, fileOf(name))),
  };
}
