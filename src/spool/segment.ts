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
  /** Where bytes begin that were given up and could not be copied aside: the file is moved there in the end. */
  uncopiedFrom: number | undefined;
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
  return {
    id,
    path,
    size: 0,
    snapshotBytes: 0,
    isDoubtful: false,
    uncopiedFrom: undefined,
    pendingBytes: 0,
    pending: new Tally(),
  };
}

/** The ids of the segments in a directory, rising. */
export async function segmentIds(disk: Disk, directory: string): Promise<number[]> {
  const ids = (await disk.list(directory)).map((name) => NAME.exec(name)?.[1]);
  return ids
    .filter((id) => id !== undefined)
    .map(Number)
    .toSorted((a, b) => a - b);
}

/**
 * Copies a segment to `quarantine/` for a person to look at; the copy is named after it and the damaged offset.
 * @throws Failure `disk`; the segment remembers that then
 */
export async function quarantine(
  disk: Disk,
  directory: string,
  segment: Segment,
  offset: number,
): Promise<string> {
  segment.uncopiedFrom = offset;
  const { folder, target } = await quarantined(disk, directory, segment, offset);
  await copy(disk, segment, target);
  await disk.syncDirectory(folder);
  segment.uncopiedFrom = undefined;
  return target;
}

/** Removes a segment's file, or moves it to `quarantine/` when what was given up of it could not be copied. */
export async function discard(disk: Disk, directory: string, segment: Segment): Promise<void> {
  if (segment.uncopiedFrom === undefined) return disk.remove(segment.path);
  const { folder, target } = await quarantined(disk, directory, segment, segment.uncopiedFrom);
  await disk.rename(segment.path, target);
  await disk.syncDirectory(folder);
}

/** Where a segment is put aside; nothing is there yet. */
async function quarantined(
  disk: Disk,
  directory: string,
  { id }: Segment,
  offset: number,
): Promise<{ readonly folder: string; readonly target: string }> {
  const folder = `${directory}/quarantine`;
  const target = `${folder}/${String(id).padStart(10, '0')}-${offset}`;
  await disk.mkdir(folder);
  await disk.remove(target);
  return { folder, target };
}

async function copy(disk: Disk, segment: Segment, target: string): Promise<void> {
  const from = await disk.open(segment.path, 'read');
  try {
    const to = await disk.open(target, 'append');
    try {
      const chunk = Buffer.allocUnsafe(COPY_BYTES);
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
}
