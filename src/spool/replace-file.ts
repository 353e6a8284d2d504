import type { Disk } from '../model/ports.ts';

/**
 * Replaces the file `directory/name` so that a reader finds the old or the new content, never a part; durable.
 * @throws Failure `disk`; nothing is left behind then
 */
export async function replaceFile(
  disk: Disk,
  directory: string,
  name: string,
  content: Uint8Array,
): Promise<void> {
  const temporary = `${directory}/${name}.tmp`;
  await disk.remove(temporary);
  try {
    await writeWhole(disk, temporary, content);
    await disk.rename(temporary, `${directory}/${name}`);
  } catch (error) {
    await disk.remove(temporary).catch(() => undefined);
    throw error;
  }
  await disk.syncDirectory(directory);
}

async function writeWhole(disk: Disk, path: string, content: Uint8Array): Promise<void> {
  const file = await disk.open(path, 'append');
  try {
    await file.append(content);
    await file.sync();
  } finally {
    await file.close();
  }
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
