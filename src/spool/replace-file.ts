import type { Disk } from '../model/ports.ts';

/** Replaces the file `directory/name` so that a reader finds the old or the new content, never a part; durable. */
export async function replaceFile(
  disk: Disk,
  directory: string,
  name: string,
  content: Uint8Array,
): Promise<void> {
  const temporary = `${directory}/${name}.tmp`;
  await disk.remove(temporary);
  const file = await disk.open(temporary, 'append');
  try {
    await file.append(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await disk.rename(temporary, `${directory}/${name}`);
  await disk.syncDirectory(directory);
}

/** All bytes of a file. */
export async function readWhole(disk: Disk, path: string): Promise<Buffer> {
  const file = await disk.open(path, 'read');
  try {
    const bytes = Buffer.alloc((await file.stat()).size);
    let done = 0;
    while (done < bytes.length) {
      const count = await file.read(bytes.subarray(done), done);
      if (count === 0) break;
      done += count;
    }
    return bytes.subarray(0, done);
  } finally {
    await file.close();
  }
}
