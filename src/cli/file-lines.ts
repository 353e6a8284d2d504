import { realpath } from 'node:fs/promises';
import { encodingOf, UTF8_BOM_BYTES } from '../collect/tail/byte-order-mark.ts';
import { LineReader } from '../collect/tail/line-reader.ts';
import { withZstd } from '../collect/tail/zstd-disk.ts';
import { Failure, messageOf } from '../model/failure.ts';
import type { DiskFile } from '../model/ports.ts';
import { systemDisk } from '../system/system-disk.ts';

const READ_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;
const NO_BYTES = new Uint8Array();

/** One line of a file. */
export interface FileLine {
  /** With its newline, valid until the next; empty for a line that is too long. */
  readonly bytes: Uint8Array;
  readonly offset: number;
  readonly kind: 'line' | 'too_long' | 'unended';
}

/**
 * The lines of a file as the agent reads them, `.zst` too. What follows the last newline is one line more, `unended`.
 * @throws Failure `not_found` or `disk`; `invalid` for UTF-16; `malformed` behind the last line that could be decompressed
 */
export async function* fileLines(path: string): AsyncIterable<FileLine> {
  let damage: string | undefined;
  const disk = withZstd(systemDisk, {
    corrupt: (_, bytes, reason) =>
      (damage = `${bytes} bytes cannot be decompressed (${reason ?? 'corrupt'})`),
    failed: (_, error) => (damage = messageOf(error)),
  });
  // A person may name a link; what the agent finds by itself must be none.
  const file = await disk.open(await realpath(path).catch(() => path), 'read');
  try {
    const head = new Uint8Array(UTF8_BOM_BYTES);
    const encoding = encodingOf(head.subarray(0, await file.read(head, 0)));
    if (encoding === 'utf16') throw new Failure('invalid', `${path} is UTF-16: only UTF-8 is read`);
    yield* linesFrom(file, encoding === 'utf8-bom' ? UTF8_BOM_BYTES : 0);
    await file.stat();
    if (damage !== undefined) throw new Failure('malformed', `${path}: ${damage}`);
  } finally {
    await file.close();
  }
}

async function* linesFrom(file: DiskFile, start: number): AsyncIterable<FileLine> {
  const reader = new LineReader(READ_BYTES, READ_BYTES);
  for (let offset = start; ;) {
    const block = await reader.read(file, offset);
    if (block.kind === 'partial') {
      if (await hasMore(file, offset)) yield { bytes: NO_BYTES, offset, kind: 'unended' };
      return;
    }
    if (block.kind === 'skip') {
      yield { bytes: NO_BYTES, offset, kind: 'too_long' };
      offset = await endOfLongLine(reader, file, offset + block.bytes);
    } else {
      yield* split(block.lines, offset);
      offset += block.lines.length;
    }
  }
}

async function hasMore(file: DiskFile, offset: number): Promise<boolean> {
  return (await file.read(new Uint8Array(1), offset)) > 0;
}

async function endOfLongLine(reader: LineReader, file: DiskFile, from: number): Promise<number> {
  for (let offset = from; ;) {
    const block = await reader.skip(file, offset);
    if (block.kind !== 'skip') return offset;
    offset += block.bytes;
    if (block.ended) return offset;
  }
}

function* split(lines: Uint8Array, offset: number): Iterable<FileLine> {
  for (let start = 0; start < lines.length;) {
    const end = lines.indexOf(NEWLINE, start) + 1;
    yield { bytes: lines.subarray(start, end), offset: offset + start, kind: 'line' };
    start = end;
  }
}
