import { crc32 } from 'node:zlib';
import { Failure } from '../model/failure.ts';
import type { Disk } from '../model/ports.ts';
import { EARLIER, type Settled } from './ledger.ts';
import type { Mark, Place } from './marks.ts';
import { readWhole } from './replace-file.ts';
import { SettledSources, type SettledEntry } from './settled-sources.ts';

export const CURSOR_FILE = 'cursor';
const VERSION = 2;
const NEWLINE = 0x0a;

/** Up to where the store has acknowledged, and what became of the documents before. */
export interface CursorState extends Place {
  readonly settled: SettledSources;
  readonly marks: readonly Mark[];
}

/** A cursor as found on the disk. */
export interface StoredCursor {
  readonly state: CursorState;
  /** Lines behind the last good one were left out. */
  readonly damaged: boolean;
  /** Written by a version that did not tell sources apart. */
  readonly isEarlier: boolean;
}

/** A line of the cursor's file: the first has all, the others what changed. */
interface Line extends Place {
  readonly version?: number;
  readonly settled?: readonly SettledEntry[] | Settled;
  readonly marks?: readonly Mark[];
}

/** CRC-32 of the JSON in hex, space, JSON, newline. */
export function cursorLine(line: Line): Buffer {
  const json = JSON.stringify(line);
  return Buffer.from(`${crc32(json).toString(16).padStart(8, '0')} ${json}\n`);
}

/** All of a cursor as the first line of its file. */
export function wholeCursor({ segment, offset, settled, marks }: CursorState): Buffer {
  return cursorLine({ version: VERSION, segment, offset, settled: settled.entries(), marks });
}

/**
 * The cursor as last written; undefined when there is none, `damaged` when nothing of it can be read.
 * @throws Failure `invalid` when a newer version of the program wrote it
 */
export async function readCursor(
  disk: Disk,
  directory: string,
): Promise<StoredCursor | 'damaged' | undefined> {
  const path = `${directory}/${CURSOR_FILE}`;
  if ((await disk.stat(path))?.kind !== 'file') return undefined;
  const bytes = await readWhole(disk, path);
  const [first, ...changes] = goodLines(bytes);
  if (first === undefined) return 'damaged';
  if (first.line.version === undefined) return 'damaged';
  if (first.line.version > VERSION) {
    throw new Failure('invalid', newerFormat(path, first.line.version, VERSION));
  }
  const end = changes.at(-1)?.end ?? first.end;
  return {
    state: stateOf(
      first.line,
      changes.map(({ line }) => line),
    ),
    damaged: end < bytes.length,
    isEarlier: first.line.version === 1,
  };
}

/** One line for whoever went back to an older version of the program. */
export function newerFormat(path: string, found: number, known: number): string {
  return `${path} has format ${found}, this version reads up to ${known}: run the newer version, or move the spool away`;
}

function stateOf(first: Line, changes: readonly Line[]): CursorState {
  const settled = new SettledSources();
  let { segment, offset, marks = [] } = first;
  for (const line of [first, ...changes]) {
    settled.addAll(entriesOf(line.settled));
    ({ segment, offset } = line);
    marks = line.marks ?? marks;
  }
  return { segment, offset, settled, marks };
}

function entriesOf(settled: Line['settled'] = []): readonly SettledEntry[] {
  if (isEntries(settled)) return settled;
  return [[EARLIER, settled.delivered, settled.deadLettered, settled.dropped, 0]];
}

function isEntries(settled: NonNullable<Line['settled']>): settled is readonly SettledEntry[] {
  return Array.isArray(settled);
}

/** The lines up to the first that is torn or damaged, and where each ends. */
function goodLines(bytes: Buffer): { readonly line: Line; readonly end: number }[] {
  const lines: { readonly line: Line; readonly end: number }[] = [];
  for (let start = 0; ;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const line = newline < 0 ? undefined : parseLine(bytes.toString('utf8', start, newline));
    if (line === undefined) return lines;
    start = newline + 1;
    lines.push({ line, end: start });
  }
}

function parseLine(text: string): Line | undefined {
  const [, crc, json = ''] = /^([0-9a-f]{8}) (\{.*\})$/.exec(text) ?? [];
  if (crc === undefined || Number.parseInt(crc, 16) !== crc32(json)) return undefined;
  return JSON.parse(json);
}
