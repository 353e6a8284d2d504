import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { openChunkFile } from '../../../../src/store/chunks/chunk-file.ts';
import { systemDisk } from '../../../../src/system/system-disk.ts';

/** What files of history take. */
export interface Size {
  readonly files: number;
  readonly samples: number;
  readonly bytes: number;
}

/** Adds up the files of a directory. */
export async function sizeOf(directory: string): Promise<Size> {
  let size = { files: 0, samples: 0, bytes: 0 };
  for (const name of readdirSync(directory)) {
    const { samples, bytes } = await openChunkFile(systemDisk, join(directory, name), 0);
    size = { files: size.files + 1, samples: size.samples + samples, bytes: size.bytes + bytes };
  }
  return size;
}
