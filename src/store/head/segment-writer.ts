import type { Disk, DiskFile } from '../../model/ports.ts';
import { segmentPath } from './log-directory.ts';
import { segmentHeader } from './log-segment.ts';

/** A segment of the head's log that is being written. */
export interface OpenSegment {
  readonly sequence: number;
  readonly path: string;
  readonly file: DiskFile;
  /** When it was begun, ms. */
  readonly since: number;
  /** Whether it has its definitions. */
  complete: boolean;
  /** Bytes; those of the definitions are `defined`. */
  size: number;
  defined: number;
  /** Of the latest tick in it or before it, ms. */
  lastTime: number;
}

/** Creates a segment with nothing but its header. */
export async function createSegment(
  disk: Disk,
  directory: string,
  sequence: number,
  since: number,
): Promise<OpenSegment> {
  const path = segmentPath(directory, sequence);
  const file = await disk.open(path, 'append');
  const lastTime = Number.NEGATIVE_INFINITY;
  const segment = { sequence, path, file, since, complete: false, size: 0, defined: 0, lastTime };
  try {
    await appendTo(segment, segmentHeader());
    await disk.syncDirectory(directory);
  } catch (error) {
    await closeSegment(disk, segment).catch(() => undefined);
    throw error;
  }
  return segment;
}

export async function appendTo(segment: OpenSegment | undefined, bytes: Uint8Array): Promise<void> {
  if (segment === undefined || bytes.length === 0) return;
  await segment.file.append(bytes);
  segment.size += bytes.length;
}

/** Syncs and closes; one without its definitions is of no use and goes. */
export async function closeSegment(disk: Disk, segment: OpenSegment): Promise<void> {
  try {
    await segment.file.sync();
  } finally {
    await segment.file.close();
    if (!segment.complete) await disk.remove(segment.path);
  }
}
