import { Failure, messageOf } from '../model/failure.ts';
import type { JsonValue } from '../model/json.ts';
import type { Disk, DiskFile, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { newerFormat, readCursor, type Cursor } from './cursor-file.ts';
import { FRAME_VERSION, frameLength } from './frame.ts';
import { NOTHING_SETTLED } from './ledger.ts';
import { notePosition } from './note-position.ts';
import { readFrame, type FrameRead } from './read-frame.ts';
import { newSegment, quarantine, segmentIds, type Segment } from './segment.ts';
import { decodeSnapshot } from './snapshot.ts';

export interface RecoverOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly log: Log;
  readonly metrics: SelfMetrics;
}

/** What a directory holds. */
export interface Recovered {
  readonly segments: Segment[];
  readonly positions: Map<string, JsonValue>;
  /** Documents ever written. */
  readonly read: number;
  readonly cursor: Cursor;
  /** The id for the next segment: above all that are or were there. */
  readonly nextId: number;
}

interface Scan {
  readonly positions: Map<string, JsonValue>;
  read: number | undefined;
}

/**
 * Reads a spool's directory: cuts torn tails, puts damaged segments aside, adds up what is pending.
 * @throws Failure `invalid` for a newer format, `disk` when the directory cannot be read or mended
 */
export async function recover(options: RecoverOptions): Promise<Recovered> {
  const { disk, directory, log } = options;
  const stored = await readCursor(disk, directory);
  if (stored === 'damaged')
    log.error({ directory }, 'spool cursor damaged: delivering again from the oldest');
  const known = stored === 'damaged' ? undefined : stored;
  const ids = await segmentIds(disk, directory);
  const start = known ?? { segment: ids[0] ?? 0, offset: 0, settled: NOTHING_SETTLED, marks: [] };
  const scan: Scan = { positions: new Map(), read: undefined };
  const segments: Segment[] = [];
  let readBefore: number | undefined;
  for (const id of ids) {
    const segment = newSegment(directory, id);
    segments.push(segment);
    await scanSegment(options, segment, start, scan);
    readBefore ??= (scan.read ?? 0) - segment.pendingDocuments;
  }
  const nextId = Math.max(start.segment, ids.at(-1) ?? 0) + 1;
  const settled = known?.settled ?? { ...NOTHING_SETTLED, delivered: Math.max(0, readBefore ?? 0) };
  return balance(options, { ...scan, segments, nextId, cursor: { ...start, settled }, read: scan.read ?? 0 });
}

/** Makes read = settled + pending where records were lost (more read) or are read again (less). */
function balance({ log, metrics }: RecoverOptions, found: Recovered): Recovered {
  const { settled } = found.cursor;
  const pending = found.segments.reduce((sum, segment) => sum + segment.pendingDocuments, 0);
  const missing = found.read - pending - settled.delivered - settled.deadLettered - settled.dropped;
  if (missing <= 0) return { ...found, read: found.read - missing };
  log.error({ documents: missing }, 'documents lost with damaged spool records');
  metrics.increment('octowatch_spool_dropped_documents_total', {}, missing);
  const cursor = { ...found.cursor, settled: { ...settled, dropped: settled.dropped + missing } };
  return { ...found, cursor };
}

async function scanSegment(
  options: RecoverOptions,
  segment: Segment,
  cursor: Cursor,
  scan: Scan,
): Promise<void> {
  const file = await options.disk.open(segment.path, 'read');
  try {
    const { size } = await file.stat();
    const last = await scanFrames(file, size, segment, cursor, scan);
    if (last.kind === 'newer') {
      throw new Failure('invalid', newerFormat(segment.path, last.version, FRAME_VERSION));
    }
    if (last.kind !== 'end') await mend(options, segment, last.kind, size);
  } finally {
    await file.close();
  }
}

/** Takes in frames until the first that is none; `segment.size` is then where the intact ones end. */
async function scanFrames(
  file: DiskFile,
  size: number,
  segment: Segment,
  cursor: Cursor,
  scan: Scan,
): Promise<Exclude<FrameRead, { kind: 'frame' }>> {
  for (;;) {
    const found = await readFrame(file, segment.size, size, FRAME_VERSION);
    if (found.kind !== 'frame') return found;
    const isPending =
      segment.id > cursor.segment || (segment.id === cursor.segment && segment.size >= cursor.offset);
    takeIn(found, segment, isPending, scan);
    segment.size += frameLength(found.header);
  }
}

function takeIn(
  { header, meta, body }: Extract<FrameRead, { kind: 'frame' }>,
  segment: Segment,
  isPending: boolean,
  scan: Scan,
): void {
  if (header.kind === 'snapshot') {
    const snapshot = decodeSnapshot(body);
    if (snapshot === undefined) return;
    for (const [source, position] of snapshot.positions) scan.positions.set(source, position);
    scan.read = snapshot.read;
    return;
  }
  notePosition(scan.positions, meta);
  scan.read = (scan.read ?? 0) + header.documents;
  if (!isPending) return;
  segment.pendingBytes += frameLength(header);
  segment.pendingDocuments += header.documents;
}

/** A torn tail is what a crash leaves and is cut; anything else is kept aside for a person. */
async function mend(
  { disk, directory, log, metrics }: RecoverOptions,
  segment: Segment,
  kind: 'torn' | 'damaged',
  size: number,
): Promise<void> {
  metrics.increment('octowatch_spool_corrupt_total');
  const fields = { segment: segment.path, offset: segment.size, bytes: size - segment.size };
  if (kind === 'torn') log.warn(fields, 'torn spool tail cut off');
  try {
    if (kind === 'damaged') {
      const copy = await quarantine(disk, directory, segment, segment.size);
      log.error({ ...fields, copy }, 'damaged spool record: the rest of the segment was put aside');
    }
    const file = await disk.open(segment.path, 'append');
    try {
      await file.truncate(segment.size);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    log.error(
      { ...fields, error: messageOf(error) },
      'spool segment could not be mended; it is read up to there',
    );
  }
}
