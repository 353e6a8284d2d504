import { messageOf } from '../model/failure.ts';
import type { JsonValue } from '../model/json.ts';
import type { Clock, Disk, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import type { Accounts } from './balance.ts';
import { Cursor } from './cursor.ts';
import { Progress } from './progress.ts';
import { recover } from './recover.ts';
import type { OpenWindows } from './rollups/open-windows.ts';
import { SegmentWriter } from './segment-writer.ts';
import { WindowReplay } from './window-replay.ts';

const SEGMENT_BYTES = 16 * 1024 * 1024;

export interface SpoolOptions {
  readonly disk: Disk;
  /** Made when missing; one spool at a time. */
  readonly directory: string;
  readonly clock: Clock;
  readonly namespace: string;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  /** Bytes that may wait for the store; the files take at most one segment more. */
  readonly maxBytes: number;
  /**
   * When full: `drop_oldest` drops and counts the oldest segment. `block` lets what was read from a file wait; what
   * was polled is refused, as rules must not wait for the store: its gauges are dropped and counted, its events will
   * be asked for again.
   */
  readonly policy: 'block' | 'drop_oldest';
  /** Aborted at shutdown: nothing waits for room then. */
  readonly signal?: AbortSignal;
  readonly segmentBytes?: number;
  /** Rolls events up into documents of their own, delivered like others; opened with what was open. */
  readonly rollups?: OpenWindows;
}

/** What an open spool is made of. */
export interface SpoolParts {
  readonly accounts: Accounts;
  readonly cursor: Cursor;
  readonly progress: Progress;
  readonly writer: SegmentWriter;
  readonly positions: ReadonlyMap<string, JsonValue>;
  readonly groupBytes: number;
  /** Gives the directory back. */
  readonly release: () => void;
}

/** Reads what a directory holds and makes the parts of a spool of it. @throws Failure `invalid` or `disk` */
export async function openParts(options: SpoolOptions, release: () => void): Promise<SpoolParts> {
  const { rollups, clock, log } = options;
  const replay = new WindowReplay();
  const found = await recover(options, replay);
  if (rollups !== undefined) replay.into(rollups, clock.now(), log);
  const { segments, positions } = found;
  const cursor = new Cursor(options, found.cursor);
  const progress = new Progress(options, segments, cursor);
  const groupBytes = Math.min(options.segmentBytes ?? SEGMENT_BYTES, Math.ceil(options.maxBytes / 4));
  const windows = (): JsonValue | undefined => rollups?.snapshot();
  const writer = new SegmentWriter({ ...options, ...found, windows, segmentBytes: groupBytes });
  await beginAfresh(writer, progress, log);
  const accounts = { ...found, settled: cursor.settled };
  return { accounts, cursor, progress, writer, positions, groupBytes, release };
}

/** Old segments may go once a new one holds their positions. */
async function beginAfresh(writer: SegmentWriter, progress: Progress, log: Log): Promise<void> {
  try {
    await writer.begin();
    await progress.settle();
  } catch (error) {
    log.error({ error: messageOf(error) }, 'spool cannot begin a segment: trying again at the next write');
  }
}
