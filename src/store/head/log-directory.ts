import { Failure } from '../../model/failure.ts';
import type { Disk, Log } from '../../model/ports.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import type { LogRecord } from './log-record.ts';
import { scanSegment, type Scan } from './log-segment.ts';

const NAME = /^head-(\d{8})\.log$/;
/** More than any segment we write; such a file is not read into memory. */
const MAX_BYTES = 512 * 1024 * 1024;

/** A segment on disk. */
export interface SegmentFile {
  readonly sequence: number;
  readonly path: string;
  readonly size: number;
  /** The latest tick in it, ms; -Infinity without one. */
  readonly lastTime: number;
  /** Whether it has all definitions: nothing is needed of the ones before but samples. */
  readonly complete: boolean;
}

/** The segments of a directory that can be used, and the sequence number a new one gets. */
export interface Segments {
  readonly kept: readonly SegmentFile[];
  readonly nextSequence: number;
}

export interface LogDirectoryOptions {
  readonly disk: Disk;
  readonly directory: string;
  readonly log: Log;
  readonly metrics: SelfMetrics;
}

export function segmentPath(directory: string, sequence: number): string {
  return `${directory}/head-${String(sequence).padStart(8, '0')}.log`;
}

/**
 * Reads all segments, oldest first, and returns those that stay. Torn ends are cut off; what is damaged is renamed to
 * `*.damaged`, its good beginning used once. Both are counted. Succeeds on any content of the directory.
 * @throws Failure `invalid` when a newer version wrote a segment; `disk` when the directory cannot be read
 */
export async function readSegments(
  options: LogDirectoryOptions,
  visit: (record: LogRecord) => void,
): Promise<Segments> {
  const { disk, directory } = options;
  await disk.mkdir(directory);
  const kept: SegmentFile[] = [];
  const sequences = sequencesOf(await disk.list(directory));
  for (const sequence of sequences) {
    const segment = await readSegment(options, sequence, visit);
    if (segment !== undefined) kept.push(segment);
  }
  return { kept, nextSequence: (sequences.at(-1) ?? 0) + 1 };
}

function sequencesOf(names: readonly string[]): number[] {
  return names
    .flatMap((name) => NAME.exec(name)?.[1] ?? [])
    .map(Number)
    .toSorted((a, b) => a - b);
}

async function readSegment(
  options: LogDirectoryOptions,
  sequence: number,
  visit: (record: LogRecord) => void,
): Promise<SegmentFile | undefined> {
  const path = segmentPath(options.directory, sequence);
  let lastTime = Number.NEGATIVE_INFINITY;
  let complete = false;
  function note(record: LogRecord): void {
    complete ||= record.type === 'complete';
    if (record.type === 'tick') lastTime = Math.max(lastTime, record.time);
    visit(record);
  }
  const bytes = await readAll(options.disk, path).catch(unreadable);
  const scan: Scan = bytes === undefined ? { good: 0, end: 'damaged' } : scanSegment(bytes, note);
  if (scan.end === 'clean') return { sequence, path, size: scan.good, lastTime, complete };
  options.metrics.increment('octowatch_head_log_corrupt_total', { kind: scan.end });
  options.log.warn({ path, good: scan.good, kind: scan.end }, 'head log is not whole, using what is');
  const repaired = await repair(options, path, scan).catch(() => false);
  return repaired && scan.end === 'torn'
    ? { sequence, path, size: scan.good, lastTime, complete }
    : undefined;
}

async function repair({ disk }: LogDirectoryOptions, path: string, scan: Scan): Promise<boolean> {
  if (scan.end === 'damaged') {
    await disk.rename(path, `${path}.damaged`);
    return true;
  }
  const file = await disk.open(path, 'append');
  try {
    await file.truncate(scan.good);
  } finally {
    await file.close();
  }
  return true;
}

/** The whole file; undefined when it is no segment of ours. */
async function readAll(disk: Disk, path: string): Promise<Uint8Array | undefined> {
  const stat = await disk.stat(path);
  if (stat?.kind !== 'file' || stat.size > MAX_BYTES) return undefined;
  const file = await disk.open(path, 'read');
  try {
    const bytes = new Uint8Array(stat.size);
    let length = 0;
    while (length < bytes.length) {
      const count = await file.read(bytes.subarray(length), length);
      if (count === 0) break;
      length += count;
    }
    return bytes.subarray(0, length);
  } finally {
    await file.close();
  }
}

function unreadable(error: unknown): undefined {
  if (error instanceof Failure) return undefined;
  throw error;
}
