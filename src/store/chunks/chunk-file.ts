import { crc32 } from 'node:zlib';
import { Failure, messageOf } from '../../model/failure.ts';
import type { Disk, DiskFile } from '../../model/ports.ts';
import {
  checkHeader,
  DamageError,
  HEADER_BYTES,
  readTrailer,
  TRAILER_BYTES,
  type SectionRef,
  type Trailer,
} from './chunk-format.ts';
import { decompress } from './compression.ts';

/** A whole file of closed samples. */
export interface ChunkFile extends Trailer {
  readonly path: string;
  /** Rises from file to file. */
  readonly sequence: number;
  readonly bytes: number;
}

/**
 * Reads the ends of a chunk file.
 * @throws DamageError when it is not whole
 * @throws Failure `invalid` when a newer version wrote it; `disk` or `not_found` when it cannot be read
 */
export async function openChunkFile(disk: Disk, path: string, sequence: number): Promise<ChunkFile> {
  return reading(disk, path, async (file) => {
    const { kind, size } = await file.stat();
    if (kind !== 'file' || size < HEADER_BYTES + TRAILER_BYTES) throw new DamageError('no whole chunk file');
    checkHeader(await readAt(file, 0, HEADER_BYTES), path);
    const trailer = readTrailer(await readAt(file, size - TRAILER_BYTES, TRAILER_BYTES));
    return { ...trailer, path, sequence, bytes: size };
  });
}

/**
 * A section as it was before compression.
 * @throws DamageError when these are other bytes than were written
 * @throws Failure `disk` or `not_found` when the file cannot be read
 */
export async function readSection(disk: Disk, path: string, ref: SectionRef): Promise<Uint8Array> {
  const bytes = await reading(disk, path, (file) => readAt(file, ref.offset, ref.length));
  if (crc32(bytes) !== ref.crc) throw new DamageError('the checksum of a section is wrong');
  try {
    const raw = await decompress(bytes, ref.rawLength);
    if (raw.length === ref.rawLength) return raw;
  } catch (error) {
    throw new DamageError(`a section does not decompress: ${messageOf(error)}`);
  }
  throw new DamageError('a section has another length');
}

/** A disk does not say of which file it failed to read. */
async function reading<T>(disk: Disk, path: string, read: (file: DiskFile) => Promise<T>): Promise<T> {
  const file = await disk.open(path, 'read');
  try {
    return await read(file);
  } catch (error) {
    if (!(error instanceof Failure) || error.reason !== 'disk') throw error;
    throw new Failure('disk', `${path}: ${error.message}`, { cause: error });
  } finally {
    await file.close();
  }
}

async function readAt(file: DiskFile, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let done = 0;
  while (done < length) {
    const count = await file.read(bytes.subarray(done), offset + done);
    if (count === 0) throw new DamageError('the file ends too early');
    done += count;
  }
  return bytes;
}
