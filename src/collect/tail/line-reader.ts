import type { DiskFile } from '../../model/ports.ts';
import { readFully } from './read-fully.ts';

const NEWLINE = 0x0a;
const TAIL_BYTES = 64 * 1024;

/** What one read gave. `lines` is valid until the next read. */
export type LineBlock =
  /** Whole lines. */
  | { readonly kind: 'lines'; readonly lines: Uint8Array }
  /** A line without an end so far. */
  | { readonly kind: 'partial' }
  /** Bytes of a line that is too long; `ended` once its newline was among them. */
  | { readonly kind: 'skip'; readonly bytes: number; readonly ended: boolean };

/** Reads whole lines from a position. One buffer for all files; a longer one only while a long line needs it. */
export class LineReader {
  readonly #readBytes: number;
  readonly #maxLineBytes: number;
  readonly #buffer: Buffer;

  constructor(readBytes: number, maxLineBytes: number) {
    this.#readBytes = readBytes;
    this.#maxLineBytes = maxLineBytes;
    this.#buffer = Buffer.alloc(readBytes);
  }

  /** The lines at `offset`, where a line begins. A first answer `skip` means its line is refused. */
  async read(file: DiskFile, offset: number): Promise<LineBlock> {
    const limit = this.#maxLineBytes + 1;
    for (let size = Math.min(this.#readBytes, limit); ; size = Math.min(size * 2, limit)) {
      const buffer = size <= this.#readBytes ? this.#buffer.subarray(0, size) : Buffer.alloc(size);
      const length = await readFully(file, buffer, offset);
      const newline = length === 0 ? -1 : buffer.lastIndexOf(NEWLINE, length - 1);
      if (newline >= 0) return { kind: 'lines', lines: buffer.subarray(0, newline + 1) };
      if (length < size) return { kind: 'partial' };
      if (size === limit) return { kind: 'skip', bytes: length, ended: false };
    }
  }

  /** Goes on within a line that is too long. */
  async skip(file: DiskFile, offset: number): Promise<LineBlock> {
    const length = await readFully(file, this.#buffer, offset);
    if (length === 0) return { kind: 'partial' };
    const newline = this.#buffer.subarray(0, length).indexOf(NEWLINE);
    return newline < 0
      ? { kind: 'skip', bytes: length, ended: false }
      : { kind: 'skip', bytes: newline + 1, ended: true };
  }
}

/** Where the last whole line of a file of `size` bytes ends; `skipping` when that is too far from its end. */
export async function endOfLines(
  file: DiskFile,
  size: number,
): Promise<{ offset: number; skipping: boolean }> {
  const tail = Buffer.alloc(Math.min(size, TAIL_BYTES));
  const from = size - tail.length;
  const length = await readFully(file, tail, from);
  const newline = length === 0 ? -1 : tail.lastIndexOf(NEWLINE, length - 1);
  if (newline >= 0) return { offset: from + newline + 1, skipping: false };
  return from === 0 ? { offset: 0, skipping: false } : { offset: size, skipping: true };
}
