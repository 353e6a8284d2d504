import { crc32 } from 'node:zlib';
import type { DiskFile } from '../model/ports.ts';
import { decodeHeader, frameLength, HEADER_BYTES, type FrameHeader, type FrameMeta } from './frame.ts';

/** What stands at an offset of a segment: a frame, the end, a record cut short, or bytes that are no record. */
export type FrameRead =
  | { readonly kind: 'frame'; readonly header: FrameHeader; readonly meta: FrameMeta; readonly body: Buffer }
  | { readonly kind: 'newer'; readonly version: number }
  | { readonly kind: 'end' | 'torn' | 'damaged' };

/** Reads the record at `offset` of a file of `size` bytes. @throws Failure `disk` when the disk cannot read */
export async function readFrame(
  file: DiskFile,
  offset: number,
  size: number,
  currentVersion: number,
): Promise<FrameRead> {
  if (offset >= size) return { kind: 'end' };
  if (offset + HEADER_BYTES > size) return { kind: 'torn' };
  const header = decodeHeader(await readExactly(file, offset, HEADER_BYTES));
  if (header === undefined) return { kind: 'damaged' };
  if (header.version > currentVersion) return { kind: 'newer', version: header.version };
  if (offset + frameLength(header) > size) return { kind: 'torn' };
  const rest = await readExactly(file, offset + HEADER_BYTES, header.metaLength + header.bodyLength);
  const body = rest.subarray(header.metaLength);
  const meta = parseMeta(rest.subarray(0, header.metaLength), header.metaCrc);
  if (meta === undefined || crc32(body) !== header.bodyCrc) return { kind: 'damaged' };
  return { kind: 'frame', header, meta, body };
}

function parseMeta(bytes: Buffer, crc: number): FrameMeta | undefined {
  if (crc32(bytes) !== crc) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

/** Bytes that a file shorter than promised lacks read as zeros, which no checksum takes. */
async function readExactly(file: DiskFile, offset: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length;) {
    const count = await file.read(bytes.subarray(done), offset + done);
    if (count === 0) break;
    done += count;
  }
  return bytes;
}
