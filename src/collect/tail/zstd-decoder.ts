import { constants, createZstdDecompress, type ZstdDecompress } from 'node:zlib';
import type { DiskFile } from '../../model/ports.ts';

const CHUNK_BYTES = 64 * 1024;
/** 8 MiB: what every decoder should be able to hold (RFC 8878, 3.1.1.1.2), and the most that one file may ask for. */
const WINDOW_LOG = 23;
/** A small file can unpack to anything; this is far above what a log file holds. */
const MAX_CONTENT_BYTES = 4 * 1024 ** 3;

/** Decompresses one file piece by piece, in memory that does not depend on the file; the file may grow meanwhile. */
export class ZstdDecoder {
  /** Bytes of the compressed file that were taken from it. */
  fed = 0;
  /** Of these, how many were of use, once it has failed. */
  used = 0;
  /** Why it goes no further: corrupt, or too large. */
  failure: string | undefined;
  readonly #input = Buffer.alloc(CHUNK_BYTES);
  #stream: ZstdDecompress;
  #error: string | undefined;
  #produced = 0;
  /** Content that was handed out by the first try. */
  #toSkip = 0;
  /** Where the chunk began that could not be decompressed. */
  #carefulFrom = Number.POSITIVE_INFINITY;
  #chunkStart = 0;
  #isBusy = false;
  #isClosed = false;
  #changed = false;
  #wake: (() => void) | undefined;

  constructor() {
    this.#stream = this.#open();
  }

  /** The next bytes of content; undefined where `file` ends or is corrupt. @throws Failure `disk` */
  async next(file: DiskFile): Promise<Uint8Array | undefined> {
    while (this.failure === undefined && !this.#isClosed) {
      const chunk: unknown = this.#stream.read();
      if (chunk instanceof Uint8Array) {
        const content = this.#take(chunk);
        if (content.length > 0) return content;
      } else if (this.#error !== undefined) this.#tryCarefully(this.#error);
      else if (this.#isBusy || (await this.#feed(file))) await this.#change();
      else return undefined;
    }
    return undefined;
  }

  close(): void {
    this.#isClosed = true;
    this.#stream.destroy();
  }

  #open(): ZstdDecompress {
    const stream = createZstdDecompress({
      chunkSize: CHUNK_BYTES,
      params: { [constants.ZSTD_d_windowLogMax]: WINDOW_LOG },
    });
    stream.on('error', (error) => {
      if (stream === this.#stream) this.#error = error.message;
    });
    // A frame has ended, and what follows begins none.
    stream.on('end', () => {
      this.used = stream.bytesWritten;
      this.failure = 'bytes that are no zstd frame';
    });
    for (const event of ['error', 'end', 'readable', 'close']) stream.on(event, () => this.#notice());
    return stream;
  }

  /** The decoder drops what it made of a chunk before the error in it: byte by byte, there is nothing to drop. */
  #tryCarefully(error: string): void {
    if (this.#carefulFrom !== Number.POSITIVE_INFINITY) {
      this.failure = error;
      return;
    }
    this.#carefulFrom = this.#chunkStart;
    this.#toSkip = this.#produced;
    this.#produced = 0;
    this.#error = undefined;
    this.#isBusy = false;
    this.fed = 0;
    this.#stream = this.#open();
  }

  async #feed(file: DiskFile): Promise<boolean> {
    const rest = this.#carefulFrom - this.fed;
    const size = rest > 0 ? Math.min(rest, CHUNK_BYTES) : 1;
    const length = await file.read(this.#input.subarray(0, size), this.fed);
    if (length === 0) return false;
    const stream = this.#stream;
    this.#chunkStart = this.fed;
    this.fed += length;
    this.#isBusy = true;
    stream.write(this.#input.subarray(0, length), () => {
      if (stream !== this.#stream) return;
      this.#isBusy = false;
      this.#notice();
    });
    return true;
  }

  /** What of `chunk` was not handed out yet. */
  #take(chunk: Uint8Array): Uint8Array {
    const skipped = Math.max(0, Math.min(chunk.length, this.#toSkip - this.#produced));
    this.#produced += chunk.length;
    this.used = this.fed;
    if (this.#produced <= MAX_CONTENT_BYTES) return chunk.subarray(skipped);
    this.failure = 'more than 4 GiB of content';
    return chunk.subarray(0, 0);
  }

  #notice(): void {
    this.#changed = true;
    this.#wake?.();
  }

  async #change(): Promise<void> {
    if (!this.#changed) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#changed = false;
  }
}
