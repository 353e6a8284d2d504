import { isUtf8 } from 'node:buffer';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const NO_BYTES: Buffer = Buffer.alloc(0);

/** Goes over the lines of a chunk, without an object for each. */
export class LineCursor {
  bytes = NO_BYTES;
  /** The line is `bytes[start, end)`, without its newline or the return before it. */
  start = 0;
  end = 0;
  #next = 0;
  #isUtf8 = true;

  /** Stands before the first line of `chunk`. */
  begin(chunk: Uint8Array): void {
    this.bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#isUtf8 = isUtf8(chunk);
    this.#next = 0;
  }

  /** Goes to the next line; false behind the last, and the chunk is let go. */
  next(): boolean {
    const { bytes } = this;
    const start = this.#next;
    if (start >= bytes.length) {
      this.bytes = NO_BYTES;
      return false;
    }
    const found = bytes.indexOf(NEWLINE, start);
    const newline = found === -1 ? bytes.length : found;
    this.start = start;
    this.end = newline > start && bytes[newline - 1] === RETURN ? newline - 1 : newline;
    this.#next = newline + 1;
    return true;
  }

  /** Whether the line is UTF-8. */
  get isText(): boolean {
    return this.#isUtf8 || isUtf8(this.bytes.subarray(this.start, this.end));
  }
}
