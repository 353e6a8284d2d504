import type { Disk } from '../model/ports.ts';
import { Tally } from './tally.ts';

const NAME = /^(\d{10})\.spool$/;
const COPY_BYTES = 1024 * 1024;

/** One file of the spool and what is left to do in it. */
export interface Segment {
  readonly id: number;
  readonly path: string;
  /** Bytes that are durable; what stands behind them is not read. */
  size: number;
  /** Bytes of the snapshot it begins with. */
  snapshotBytes: number;
  /** Whether a power cut may take it: it was neither written nor synced by this process for sure. */
  isDoubtful: boolean;
  /** Bytes of frames that are not acknowledged, and their documents by collector and tenant. */
  pendingBytes: number;
  readonly pending: Tally;
}

/** The name of a segment's file. */
export function segmentName(id: number): string {
  return `${String(id).padStart(10, '0')}.spool`;
}

/** A segment that nothing is known of yet. */
export function newSegment(directory: string, id: number): Segment {
  const path = `${directory}/${segmentName(id)}`;
  return { id, path, size: 0, snapshotBytes: 0, isDoubtful: false, pendingBytes: 0, pending: new Tally() };
}

/** The ids of the segments in a directory, rising. */
export async function segmentIds(disk: Disk, directory: string): Promise<number[]> {
  const ids = (await disk.list(directory)).map((name) => NAME.exec(name)?.[1]);
  return ids
    .filter((id) => id !== undefined)
    .map(Number)
    .toSorted((a, b) => a - b);
}

/** Copies a segment to `quarantine/` for a person to look at; the copy is named after it and the damaged offset. */
export async function quarantine(
  disk: Disk,
  directory: string,
  segment: Segment,
  offset: number,
): Promise<string> {
  const folder = `${directory}/quarantine`;
  const target = `${folder}/${String(segment.id).padStart(10, '0')}-${offset}`;
  await disk.mkdir(folder);
  await disk.remove(target);
  const from = await disk.open(segment.path, 'read');
  try {
    const to = await disk.open(target, 'append');
    try {
      const chunk = Buffer.alloc(COPY_BYTES);
      for (let at = 0; ;) {
        const count = await from.read(chunk, at);
        if (count === 0) break;
        await to.append(chunk.subarray(0, count));
        at += count;
      }
      await to.sync();
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
  await disk.syncDirectory(folder);
  return target;
}
