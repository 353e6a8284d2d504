import { crc32 } from 'node:zlib';
import type { DiskFile } from '../model/ports.ts';
import {
  contributionOf,
  decodeHeader,
  frameLength,
  HEADER_BYTES,
  type FrameHeader,
  type FrameMeta,
} from './frame.ts';

/** A frame whose checksums are right. */
export interface WholeFrame {
  readonly kind: 'frame';
  readonly header: FrameHeader;
  readonly meta: FrameMeta;
  readonly contribution: Buffer | undefined;
  readonly body: Buffer;
}

/** What stands at an offset of a segment: a frame, the end, a record cut short, or bytes that are no record. */
export type FrameRead =
  | WholeFrame
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
  const rest = await readExactly(file, offset + HEADER_BYTES, frameLength(header) - HEADER_BYTES);
  const bodyAt = header.metaLength + header.contributionLength;
  const contribution = contributionOf(rest.subarray(header.metaLength, bodyAt));
  const body = rest.subarray(bodyAt);
  const meta = parseMeta(rest.subarray(0, header.metaLength), header.metaCrc);
  if (meta === undefined || contribution === 'damaged' || crc32(body) !== header.bodyCrc) {
    return { kind: 'damaged' };
  }
  return { kind: 'frame', header, meta, contribution, body };
}

/** What the intact record at `offset` says of itself; undefined when there is none. @throws Failure `disk` */
export async function readMeta(file: DiskFile, offset: number): Promise<FrameMeta | undefined> {
  const header = decodeHeader(await readExactly(file, offset, HEADER_BYTES));
  if (header === undefined) return undefined;
  return parseMeta(await readExactly(file, offset + HEADER_BYTES, header.metaLength), header.metaCrc);
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
  const bytes = Buffer.allocUnsafe(length);
  let missing = length;
  for (let done = 0; done < length;) {
    const count = await file.read(bytes.subarray(done), offset + done);
    if (count === 0) break;
    done += count;
    missing = length - done;
  }
  return missing > 0 ? bytes.fill(0, length - missing) : bytes;
}
