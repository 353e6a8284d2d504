import { crc32 } from 'node:zlib';
import type { JsonValue } from '../model/json.ts';

/** The format that this program writes; it reads this one and older ones. */
export const FRAME_VERSION = 1;
/** Bytes before a frame's meta. */
export const HEADER_BYTES = 40;
const MAGIC = 0x4f574652; // "OWFR"
const KINDS = ['rows', 'snapshot'] as const;
const CHECKED_BYTES = HEADER_BYTES - 4;

/** What a frame says of itself besides its rows. */
export interface FrameMeta {
  readonly source: string;
  /** Absent in all parts but the last of a batch: the position is committed with the last. */
  readonly position?: JsonValue;
}

/** The fixed part of a frame. Lengths are bytes. */
export interface FrameHeader {
  readonly kind: (typeof KINDS)[number];
  readonly version: number;
  readonly metaLength: number;
  readonly documents: number;
  readonly rawLength: number;
  readonly bodyLength: number;
  readonly metaCrc: number;
  readonly bodyCrc: number;
}

export interface FrameInput {
  readonly kind: FrameHeader['kind'];
  readonly meta: FrameMeta;
  readonly documents: number;
  /** Length of the body before compression. */
  readonly rawLength: number;
  /** A gzip member, or nothing. */
  readonly body: Uint8Array;
}

/**
 * One durable record: header, meta (JSON), body. All numbers are unsigned and little-endian.
 * Header: 0 magic `OWFR` (big-endian) · 4 version u16 · 6 kind u16 (0 rows, 1 snapshot) · 8 meta length u32 ·
 * 12 documents u32 · 16 raw length u32 · 20 body length u32 · 24 CRC-32 of meta · 28 CRC-32 of body ·
 * 32 reserved u32 · 36 CRC-32 of bytes 0 to 35.
 */
export function encodeFrame({ kind, meta, documents, rawLength, body }: FrameInput): Buffer {
  const metaBytes = Buffer.from(JSON.stringify(meta));
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(MAGIC, 0);
  header.writeUInt16LE(FRAME_VERSION, 4);
  header.writeUInt16LE(KINDS.indexOf(kind), 6);
  header.writeUInt32LE(metaBytes.length, 8);
  header.writeUInt32LE(documents, 12);
  header.writeUInt32LE(rawLength, 16);
  header.writeUInt32LE(body.length, 20);
  header.writeUInt32LE(crc32(metaBytes), 24);
  header.writeUInt32LE(crc32(body), 28);
  header.writeUInt32LE(crc32(header.subarray(0, CHECKED_BYTES)), CHECKED_BYTES);
  return Buffer.concat([header, metaBytes, body]);
}

/** The header at the start of `bytes`, or undefined when it is none: wrong magic or checksum. */
export function decodeHeader(bytes: Buffer): FrameHeader | undefined {
  if (bytes.length < HEADER_BYTES || bytes.readUInt32BE(0) !== MAGIC) return undefined;
  if (bytes.readUInt32LE(CHECKED_BYTES) !== crc32(bytes.subarray(0, CHECKED_BYTES))) return undefined;
  const kind = KINDS[bytes.readUInt16LE(6)];
  if (kind === undefined) return undefined;
  return {
    kind,
    version: bytes.readUInt16LE(4),
    metaLength: bytes.readUInt32LE(8),
    documents: bytes.readUInt32LE(12),
    rawLength: bytes.readUInt32LE(16),
    bodyLength: bytes.readUInt32LE(20),
    metaCrc: bytes.readUInt32LE(24),
    bodyCrc: bytes.readUInt32LE(28),
  };
}

/** Length of the whole frame. */
export function frameLength(header: FrameHeader): number {
  return HEADER_BYTES + header.metaLength + header.bodyLength;
}
