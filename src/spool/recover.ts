import { Failure, messageOf } from '../model/failure.ts';
import type { JsonValue } from '../model/json.ts';
import type { Disk, DiskFile, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { balance, forgetSources } from './balance.ts';
import { newerFormat, readCursor, type CursorState } from './cursor-lines.ts';
import { FRAME_VERSION, frameLength } from './frame.ts';
import { ledgerSource } from './ledger.ts';
import { makeDurable } from './make-durable.ts';
import { isBefore, type Place } from './marks.ts';
import { notePositions } from './note-positions.ts';
import { readFrame, type FrameRead, type WholeFrame } from './read-frame.ts';
import { SegmentList } from './segment-list.ts';
import { newSegment, quarantine, segmentIds, type Segment } from './segment.ts';
import { SettledSources } from './settled-sources.ts';
import { decodeSnapshot, type Snapshot } from './snapshot.ts';
import { Tally } from './tally.ts';
import type { WindowReplay } from './window-replay.ts';

export interface RecoverOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly log: Log;
  readonly metrics: SelfMetrics;
}

/** What a directory holds. */
export interface Recovered {
  readonly segments: SegmentList;
  readonly positions: Map<string, JsonValue>;
  /** Documents ever written and refused lines, by collector and tenant. */
  readonly read: Tally;
  /** Of `read`: the refused lines. */
  readonly refused: Tally;
  readonly cursor: CursorState;
  /** The id for the next segment: above all that are or were there. */
  readonly nextId: number;
}

interface Scan {
  readonly cursor: Place;
  readonly replay: WindowReplay;
  readonly positions: Map<string, JsonValue>;
  read: Tally;
  refused: Tally;
}

/**
 * Reads a spool's directory: cuts torn tails, puts damaged segments aside, adds up what is pending.
 * @param replay hears of what rollup windows are made of, in order
 * @throws Failure `invalid` for a newer format, `disk` when the directory cannot be read or mended
 */
export async function recover(options: RecoverOptions, replay: WindowReplay): Promise<Recovered> {
  const { disk, directory, log, metrics } = options;
  const stored = await readCursor(disk, directory);
  if (stored === 'damaged')
    log.error({ directory }, 'spool cursor damaged: delivering again from the oldest');
  else if (stored?.damaged === true)
    log.warn({ directory }, 'torn spool cursor: its last changes are made again');
  const known = stored === 'damaged' ? undefined : stored;
  const ids = await segmentIds(disk, directory);
  const found: (Snapshot | undefined)[] = [];
  for (const id of ids) found.push(await firstSnapshot(disk, newSegment(directory, id)));
  const start = known?.state ?? { segment: ids[0] ?? 0, offset: 0, marks: [] };
  const settled = known?.state.settled ?? allDelivered(found[0]);
  const scan: Scan = { cursor: start, replay, positions: new Map(), read: new Tally(), refused: new Tally() };
  const all = ids.map((id) => newSegment(directory, id));
  const newest = all[found.findLastIndex((snapshot) => snapshot !== undefined)];
  if (newest !== undefined) newest.isDoubtful = !(await makeDurable(options, newest));
  for (const segment of all) await scanSegment(options, segment, endOf(segment, found), scan);
  const segments = new SegmentList(options, all);
  const accounts = { read: scan.read, refused: scan.refused, settled, segments };
  if (known?.isEarlier === true) forgetSources(accounts);
  balance(accounts, log, metrics);
  const nextId = Math.max(start.segment, ids.at(-1) ?? 0) + 1;
  return { ...accounts, positions: scan.positions, cursor: { ...start, settled }, nextId };
}

/** Without a cursor all that is not there any more counts as delivered: nothing else makes segments go. */
function allDelivered(oldest: Snapshot | undefined): SettledSources {
  const settled = new SettledSources();
  for (const [source, count] of oldest?.read ?? []) {
    settled.add(source, { delivered: count - (oldest?.refused.get(source) ?? 0) });
  }
  return settled;
}

/** Where a segment ended for good, as a later one says. */
function endOf(segment: Segment, snapshots: readonly (Snapshot | undefined)[]): number {
  const ends = snapshots.flatMap((snapshot) =>
    snapshot?.end?.segment === segment.id ? snapshot.end.offset : [],
  );
  return Math.min(Number.POSITIVE_INFINITY, ...ends);
}

async function firstSnapshot(disk: Disk, segment: Segment): Promise<Snapshot | undefined> {
  const file = await disk.open(segment.path, 'read');
  try {
    const found = await readFrame(file, 0, (await file.stat()).size, FRAME_VERSION);
    return found.kind === 'frame' && found.header.kind === 'snapshot'
      ? decodeSnapshot(found.body)
      : undefined;
  } finally {
    await file.close();
  }
}

async function scanSegment(
  options: RecoverOptions,
  segment: Segment,
  end: number,
  scan: Scan,
): Promise<void> {
  const file = await options.disk.open(segment.path, 'read');
  try {
    const size = Math.min(end, (await file.stat()).size);
    const last = await scanFrames(file, size, segment, scan);
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
  scan: Scan,
): Promise<Exclude<FrameRead, WholeFrame>> {
  for (;;) {
    const found = await readFrame(file, segment.size, size, FRAME_VERSION);
    if (found.kind !== 'frame') return found;
    if (found.header.kind === 'snapshot') takeSnapshot(found, segment, scan);
    else takeFrame(found, segment, scan);
    segment.size += frameLength(found.header);
  }
}

function takeSnapshot({ header, body }: WholeFrame, segment: Segment, scan: Scan): void {
  const snapshot = decodeSnapshot(body);
  segment.snapshotBytes += frameLength(header);
  if (snapshot === undefined) return;
  for (const [source, position] of snapshot.positions) scan.positions.set(source, position);
  scan.read = snapshot.read;
  scan.refused = snapshot.refused;
  scan.replay.restore(snapshot.windows);
}

function takeFrame(frame: WholeFrame, segment: Segment, scan: Scan): void {
  const { documents } = frame.header;
  const { source, refused = 0 } = frame.meta;
  const owner = ledgerSource(source);
  notePositions(scan.positions, frame.meta);
  scan.replay.frame(frame);
  scan.read.add(owner, documents + refused);
  scan.refused.add(owner, refused);
  if (isBefore({ segment: segment.id, offset: segment.size }, scan.cursor)) return;
  segment.pendingBytes += frameLength(frame.header);
  segment.pending.add(owner, documents);
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
