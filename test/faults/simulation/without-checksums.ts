import { crc32 } from 'node:zlib';
import type { Disk, DiskFile } from '../../../src/model/ports.ts';
import { HEADER_BYTES } from '../../../src/spool/frame.ts';

/** A disk on which every record of the spool has the right checksums, whatever became of it: as if there were none. */
export function withoutChecksums(disk: Disk): Disk {
  return {
    ...disk,
    open: async (path, mode) => {
      const file = await disk.open(path, mode);
      if (!path.endsWith('.spool')) return file;
      return { ...file, read: (into, position) => readMended(file, into, position) };
    },
  };
}

/** Headers are read by themselves; the offsets are those of `src/spool/frame.ts`. */
async function readMended(file: DiskFile, into: Uint8Array, position: number): Promise<number> {
  const count = await file.read(into, position);
  const header = Buffer.from(into.buffer, into.byteOffset, into.length);
  if (into.length !== HEADER_BYTES || count < HEADER_BYTES || header.toString('latin1', 0, 4) !== 'OWFR')
    return count;
  const metaLength = header.readUInt32LE(8);
  const bodyLength = header.readUInt32LE(20);
  const contribution = header.readUInt32LE(32);
  const length = metaLength + contribution + bodyLength;
  if (length > 1_000_000) return count;
  const rest = Buffer.alloc(length);
  if ((await file.read(rest, position + HEADER_BYTES)) < length) return count;
  header.writeUInt32LE(crc32(rest.subarray(0, metaLength)), 24);
  header.writeUInt32LE(crc32(rest.subarray(metaLength + contribution)), 28);
  header.writeUInt32LE(crc32(header.subarray(0, HEADER_BYTES - 4)), HEADER_BYTES - 4);
  return count;
}
