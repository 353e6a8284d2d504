import { promisify } from 'node:util';
import { zstdCompress, zstdCompressSync, zstdDecompress, zstdDecompressSync } from 'node:zlib';

/** Up to here handing over to another thread costs more than the work, which is a fraction of a ms. */
const SMALL = 64 * 1024;

const compressLarge = promisify(zstdCompress);
const decompressLarge = promisify(zstdDecompress);

/** `bytes` compressed with zstd. */
export async function compress(bytes: Uint8Array): Promise<Uint8Array> {
  return bytes.length <= SMALL ? zstdCompressSync(bytes) : compressLarge(bytes);
}

/** What `compress` was given. @throws Error when it is not compressed, or is more than `length` bytes */
export async function decompress(bytes: Uint8Array, length: number): Promise<Uint8Array> {
  const options = { maxOutputLength: Math.max(1, length), chunkSize: Math.max(1024, length) };
  const { buffer, byteOffset, byteLength } =
    length <= SMALL ? zstdDecompressSync(bytes, options) : await decompressLarge(bytes, options);
  // Views of a Buffer cost many times those of a plain array.
  return new Uint8Array(buffer, byteOffset, byteLength);
}
