import { join } from 'node:path';
import { writeChunk } from '../../../../src/store/chunks/chunk-writer.ts';
import { cutChunk } from '../../../../src/store/chunks/cut-chunk.ts';
import { systemDisk } from '../../../../src/system/system-disk.ts';
import { PaperMonth } from './paper-month.ts';

const DAY_MS = 86_400_000;

/** History of a fleet on paper in files as the agent keeps them once they are merged: one for each day from `start` on. */
export async function writeMonth(
  directory: string,
  tenants: number,
  start: number,
  days: number,
  signal: AbortSignal,
): Promise<void> {
  const source = new PaperMonth(tenants, start);
  await systemDisk.mkdir(directory);
  for (let day = 0; day < days; day++) {
    const path = join(directory, `chunk-${String(day + 1).padStart(8, '0')}.octo`);
    const range = { start: start + day * DAY_MS, end: start + (day + 1) * DAY_MS - 1 };
    await writeChunk(systemDisk, path, (writer) => cutChunk(source, range, writer, signal));
  }
}
