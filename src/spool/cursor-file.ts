import { crc32 } from 'node:zlib';
import { Failure } from '../model/failure.ts';
import type { Disk } from '../model/ports.ts';
import type { Settled } from './ledger.ts';
import type { Mark } from './marks.ts';
import { readWhole, replaceFile } from './replace-file.ts';

const NAME = 'cursor';
const VERSION = 1;

/** Up to where the store has acknowledged, and what became of the documents before. */
export interface Cursor {
  readonly segment: number;
  /** Byte offset of the first frame that is not acknowledged. */
  readonly offset: number;
  readonly settled: Settled;
  readonly marks: readonly Mark[];
}

/** Replaces the cursor's file, durably. Format: CRC-32 of the JSON in hex, space, JSON, newline. */
export async function writeCursor(disk: Disk, directory: string, cursor: Cursor): Promise<void> {
  const json = JSON.stringify({ version: VERSION, ...cursor });
  const line = `${crc32(json).toString(16).padStart(8, '0')} ${json}\n`;
  await replaceFile(disk, directory, NAME, Buffer.from(line));
}

/**
 * The cursor as last written; undefined when there is none, `damaged` when it cannot be read.
 * @throws Failure `invalid` when a newer version of the program wrote it
 */
export async function readCursor(disk: Disk, directory: string): Promise<Cursor | 'damaged' | undefined> {
  const path = `${directory}/${NAME}`;
  if ((await disk.stat(path))?.kind !== 'file') return undefined;
  const [, crc, json = ''] = /^([0-9a-f]{8}) (.*)\n$/.exec((await readWhole(disk, path)).toString()) ?? [];
  if (crc === undefined || Number.parseInt(crc, 16) !== crc32(json)) return 'damaged';
  const cursor: Omit<Cursor, 'marks'> & { version: number; marks?: readonly Mark[] } = JSON.parse(json);
  if (cursor.version > VERSION) {
    throw new Failure('invalid', newerFormat(path, cursor.version, VERSION));
  }
  return {
    segment: cursor.segment,
    offset: cursor.offset,
    settled: cursor.settled,
    marks: cursor.marks ?? [],
  };
}

/** One line for whoever went back to an older version of the program. */
export function newerFormat(path: string, found: number, known: number): string {
  return `${path} has format ${found}, this version reads up to ${known}: run the newer version, or move the spool away`;
}
