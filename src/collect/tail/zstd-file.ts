import { Failure } from '../../model/failure.ts';
import type { DiskFile, FileStat } from '../../model/ports.ts';
import { ZstdDecoder } from './zstd-decoder.ts';

/** Content that is kept for reads that go back a little: a line that was not whole, twice as much of a long one. */
const BACK_BYTES = 2 * 1024 * 1024;
/** The beginning is looked at again and again. */
const HEAD_BYTES = 4096;

/** What is known of the file besides its bytes. */
export interface ZstdContent {
  /** The file's stat, its size being that of the content. */
  stat(raw: DiskFile): Promise<FileStat>;
  /** Another number when the content may be another, not only more. */
  epoch(): number;
}

/** A compressed file as the content that is in it. Reading onwards is cheap; reading far back begins anew. */
export class ZstdFile implements DiskFile {
  readonly #raw: DiskFile;
  readonly #content: ZstdContent;
  #epoch: number;
  #decoder = new ZstdDecoder();
  #head: Uint8Array = new Uint8Array(0);
  /** Pieces of content from `#start` to `#end`. */
  #pieces: Uint8Array[] = [];
  #start = 0;
  #end = 0;

  constructor(raw: DiskFile, content: ZstdContent) {
    this.#raw = raw;
    this.#content = content;
    this.#epoch = content.epoch();
  }

  stat(): Promise<FileStat> {
    return this.#content.stat(this.#raw);
  }

  async read(into: Uint8Array, position: number): Promise<number> {
    if (this.#epoch !== this.#content.epoch()) this.#beginAnew();
    if (position < this.#head.length) return copy(this.#head, position, into);
    if (position < this.#start) this.#rewind();
    while (position >= this.#end) {
      const piece = await this.#decoder.next(this.#raw);
      if (piece === undefined) return 0;
      this.#take(piece);
    }
    return this.#copy(position, into);
  }

  append(): Promise<void> {
    return readOnly();
  }

  sync(): Promise<void> {
    return readOnly();
  }

  truncate(): Promise<void> {
    return readOnly();
  }

  close(): Promise<void> {
    this.#decoder.close();
    this.#pieces = [];
    return this.#raw.close();
  }

  #copy(position: number, into: Uint8Array): number {
    let at = this.#end;
    for (const piece of this.#pieces.toReversed()) {
      at -= piece.length;
      if (position >= at) return copy(piece, position - at, into);
    }
    return 0;
  }

  #take(piece: Uint8Array): void {
    if (this.#head.length < HEAD_BYTES && this.#end === this.#head.length)
      this.#head = Buffer.concat([this.#head, piece.subarray(0, HEAD_BYTES - this.#head.length)]);
    this.#pieces.push(piece);
    this.#end += piece.length;
    for (let [first] = this.#pieces; first !== undefined; [first] = this.#pieces) {
      if (this.#end - this.#start - first.length < BACK_BYTES) break;
      this.#start += first.length;
      this.#pieces.shift();
    }
  }

  #beginAnew(): void {
    this.#epoch = this.#content.epoch();
    this.#head = new Uint8Array(0);
    this.#rewind();
  }

  #rewind(): void {
    this.#decoder.close();
    this.#decoder = new ZstdDecoder();
    this.#pieces = [];
    this.#start = 0;
    this.#end = 0;
  }
}

function copy(from: Uint8Array, position: number, into: Uint8Array): number {
  const bytes = from.subarray(position, position + into.length);
  into.set(bytes);
  return bytes.length;
}

function readOnly(): Promise<never> {
  return Promise.reject(new Failure('invalid', 'a compressed log is only read'));
}
