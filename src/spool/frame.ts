import { crc32 } from 'node:zlib';
import type { JsonValue } from '../model/json.ts';

/** The format that this program writes; it reads this one and older ones. */
export const FRAME_VERSION = 3;
/** Bytes before a frame's meta. */
export const HEADER_BYTES = 40;
const MAGIC = 0x4f574652; // "OWFR"
const KINDS = ['rows', 'snapshot', 'rollup'] as const;
const CHECKED_BYTES = HEADER_BYTES - 4;
const CRC_BYTES = 4;

/** What a frame says of itself besides its rows. */
export interface FrameMeta {
  readonly source: string;
  /** When it was written, ms. Since version 2. */
  readonly at?: number;
  /** Absent in all parts but the last of a batch: the position is committed with the last. */
  readonly position?: JsonValue;
  /** Of polls that share the frame: the positions by source, where they have one. Since version 3. */
  readonly positions?: readonly (readonly [source: string, position: JsonValue])[];
  /** Lines read with this batch that no parser took; in its last part. */
  readonly refused?: number;
  /** Of a rollup: the windows whose documents these are. */
  readonly closed?: JsonValue;
}

/** The fixed part of a frame. Lengths are bytes. */
export interface FrameHeader {
  readonly kind: (typeof KINDS)[number];
  readonly version: number;
  readonly metaLength: number;
  /** Of the contribution and its CRC; 0 when there is none. */
  readonly contributionLength: number;
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
  /** What the batch adds to open rollup windows; in its last part. */
  readonly contribution?: Uint8Array;
  /** A gzip member, or nothing. */
  readonly body: Uint8Array;
}

/**
 * One durable record, in pieces to be written one after the other: header, meta (JSON), contribution with its CRC-32,
 * body. All numbers are unsigned and little-endian.
 * Header: 0 magic `OWFR` (big-endian) · 4 version u16 · 6 kind u16 (0 rows, 1 snapshot, 2 rollup) ·
 * 8 meta length u32 · 12 documents u32 · 16 raw length u32 · 20 body length u32 · 24 CRC-32 of meta ·
 * 28 CRC-32 of body · 32 contribution length u32, its CRC included · 36 CRC-32 of bytes 0 to 35.
 * Version 1 had no contribution, and 0 there.
 */
export function framePieces(input: FrameInput): readonly Uint8Array[] {
  const { contribution, body } = input;
  const meta = Buffer.from(JSON.stringify(input.meta));
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt32BE(MAGIC, 0);
  header.writeUInt16LE(FRAME_VERSION, 4);
  header.writeUInt16LE(KINDS.indexOf(input.kind), 6);
  header.writeUInt32LE(meta.length, 8);
  header.writeUInt32LE(input.documents, 12);
  header.writeUInt32LE(input.rawLength, 16);
  header.writeUInt32LE(body.length, 20);
  header.writeUInt32LE(crc32(meta), 24);
  header.writeUInt32LE(crc32(body), 28);
  header.writeUInt32LE(contribution === undefined ? 0 : contribution.length + CRC_BYTES, 32);
  header.writeUInt32LE(crc32(header.subarray(0, CHECKED_BYTES)), CHECKED_BYTES);
  if (contribution === undefined) return [header, meta, body];
  const crc = Buffer.alloc(CRC_BYTES);
  crc.writeUInt32LE(crc32(contribution));
  return [header, meta, contribution, crc, body];
}

/** A record in one piece. */
export function encodeFrame(input: FrameInput): Buffer {
  return Buffer.concat(framePieces(input));
}

/** The contribution in its section of a frame; `damaged` when its checksum is wrong. */
export function contributionOf(section: Buffer): Buffer | 'damaged' | undefined {
  if (section.length === 0) return undefined;
  const end = section.length - CRC_BYTES;
  if (end < 0 || section.readUInt32LE(end) !== crc32(section.subarray(0, end))) return 'damaged';
  return section.subarray(0, end);
}

/** The header at the start of `bytes`, or undefined when it is none: wrong magic or checksum. */
export function decodeHeader(bytes: Buffer): FrameHeader | undefined {
  if (bytes.length < HEADER_BYTES || bytes.readUInt32BE(0) !== MAGIC) return undefined;
  if (bytes.readUInt32LE(CHECKED_BYTES) !== crc32(bytes.subarray(0, CHECKED_BYTES))) return undefined;
  const version = bytes.readUInt16LE(4);
  const kind = KINDS[bytes.readUInt16LE(6)];
  // Kinds of a newer version are not known here; that it is newer is all there is to say.
  if (kind === undefined && version <= FRAME_VERSION) return undefined;
  return {
    kind: kind ?? 'rows',
    version,
    metaLength: bytes.readUInt32LE(8),
    documents: bytes.readUInt32LE(12),
    rawLength: bytes.readUInt32LE(16),
    bodyLength: bytes.readUInt32LE(20),
    metaCrc: bytes.readUInt32LE(24),
    bodyCrc: bytes.readUInt32LE(28),
    contributionLength: bytes.readUInt32LE(32),
  };
}

/** Length of the whole frame. */
export function frameLength(header: FrameHeader): number {
  return HEADER_BYTES + header.metaLength + header.contributionLength + header.bodyLength;
}
