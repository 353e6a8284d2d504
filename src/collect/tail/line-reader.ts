import type { DiskFile } from '../../model/ports.ts';
import { FINGERPRINT_BYTES } from './fingerprint.ts';
import { readFully } from './read-fully.ts';

const NEWLINE = 0x0a;
const TAIL_BYTES = 64 * 1024;

/** How many bytes before its position a read takes along. */
export const CONTEXT_BYTES = FINGERPRINT_BYTES;

/** What one read gave. Its bytes are valid until the next read; `block` is what it took, and CONTEXT_BYTES before it. */
export type LineBlock =
  /** Whole lines. */
  | { readonly kind: 'lines'; readonly lines: Uint8Array; readonly block: Uint8Array }
  /** A line without an end so far. */
  | { readonly kind: 'partial' }
  /** Bytes of a line that is too long; `ended` once its newline was among them. */
  | { readonly kind: 'skip'; readonly bytes: number; readonly ended: boolean; readonly block: Uint8Array };

/** Reads whole lines from a position. One buffer for all files; a longer one only while a long line needs it. */
export class LineReader {
  readonly #readBytes: number;
  readonly #maxLineBytes: number;
  readonly #buffer: Buffer;

  constructor(readBytes: number, maxLineBytes: number) {
    this.#readBytes = readBytes;
    this.#maxLineBytes = maxLineBytes;
    this.#buffer = Buffer.alloc(readBytes + CONTEXT_BYTES);
  }

  /** The lines at `offset`, where a line begins. A first answer `skip` means its line is refused. */
  async read(file: DiskFile, offset: number): Promise<LineBlock> {
    const limit = this.#maxLineBytes + 1;
    for (let size = Math.min(this.#readBytes, limit); ; size = Math.min(size * 2, limit)) {
      const { block, context } = await this.#blockAt(file, offset, size);
      const length = block.length - context;
      const end = block.lastIndexOf(NEWLINE) + 1;
      if (end > context)
        return { kind: 'lines', lines: block.subarray(context, end), block: block.subarray(0, end) };
      if (length < size) return { kind: 'partial' };
      if (size === limit) return { kind: 'skip', bytes: length, ended: false, block };
    }
  }

  /** Goes on within a line that is too long. */
  async skip(file: DiskFile, offset: number): Promise<LineBlock> {
    const { block, context } = await this.#blockAt(file, offset, this.#readBytes);
    if (block.length === context) return { kind: 'partial' };
    const end = block.indexOf(NEWLINE, context) + 1;
    return end === 0
      ? { kind: 'skip', bytes: block.length - context, ended: false, block }
      : { kind: 'skip', bytes: end - context, ended: true, block: block.subarray(0, end) };
  }

  /** `size` bytes at `offset`, or fewer at the end of the file, with the context before them. */
  async #blockAt(file: DiskFile, offset: number, size: number): Promise<{ block: Buffer; context: number }> {
    const context = Math.min(offset, CONTEXT_BYTES);
    const buffer = size <= this.#readBytes ? this.#buffer : Buffer.alloc(size + CONTEXT_BYTES);
    const length = await readFully(file, buffer.subarray(0, context + size), offset - context);
    return { block: buffer.subarray(0, Math.max(context, length)), context };
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
