import type { Disk } from '../model/ports.ts';
import { isBefore, type Place } from './marks.ts';
import { readMeta } from './read-frame.ts';
import type { SegmentList } from './segment-list.ts';
import type { Segment } from './segment.ts';

/** One file of the spool, as a person looks at it. */
export interface SegmentInfo {
  readonly id: number;
  readonly path: string;
  readonly bytes: number;
  readonly pendingBytes: number;
  readonly pendingDocuments: number;
  /** When the oldest pending frame was written, ms; undefined when nothing is pending, or it cannot be read. */
  readonly oldestAt: number | undefined;
  /** Pending documents by collector and tenant, in the order of their names. */
  readonly sources: readonly { readonly source: string; readonly documents: number }[];
}

/** The segments of a spool, oldest first. */
export async function listSegments(disk: Disk, segments: SegmentList, cursor: Place): Promise<SegmentInfo[]> {
  const infos: SegmentInfo[] = [];
  for (const segment of segments.all()) {
    const { id, path, size, pendingBytes, pending } = segment;
    const sources = [...pending]
      .map(([source, documents]) => ({ source, documents }))
      .toSorted((a, b) => (a.source < b.source ? -1 : 1));
    const oldestAt = pendingBytes === 0 ? undefined : await writtenAt(disk, segment, cursor);
    infos.push({ id, path, bytes: size, pendingBytes, pendingDocuments: pending.sum, oldestAt, sources });
  }
  return infos;
}

async function writtenAt(disk: Disk, segment: Segment, cursor: Place): Promise<number | undefined> {
  const first = { segment: segment.id, offset: segment.snapshotBytes };
  const { offset } = isBefore(first, cursor) ? cursor : first;
  try {
    const file = await disk.open(segment.path, 'read');
    try {
      return (await readMeta(file, offset))?.at;
    } finally {
      await file.close();
    }
  } catch {
    // It was acknowledged and removed meanwhile.
    return undefined;
  }
}
