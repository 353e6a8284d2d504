import { crc32 } from 'node:zlib';
import type { ByteWriter } from '../../model/byte-codec.ts';
import { Failure } from '../../model/failure.ts';
import { decodeRecord, encodeRecord, type LogRecord } from './log-record.ts';

/**
 * A segment of the head's log: `OWHD`, the format's version, then records of length, CRC-32 (both of the payload) and
 * payload. Numbers are 32 bits, little endian.
 */
export const FORMAT_VERSION = 2;
export const HEADER_BYTES = 8;
const MAGIC = 0x4448_574f;
const FRAME_BYTES = 8;
const MAX_RECORD = 64 * 1024 * 1024;

/** What a scan found: how many bytes are good, and what ends them. */
export interface Scan {
  readonly good: number;
  /** `torn`: the end of a write that was cut off. `damaged`: bytes that nobody wrote. */
  readonly end: 'clean' | 'torn' | 'damaged';
}

/** The bytes a segment begins with. */
export function segmentHeader(): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, FORMAT_VERSION, true);
  return bytes;
}

/** Appends a record with its frame. */
export function appendRecord(record: LogRecord, out: ByteWriter): void {
  const length = out.skipUint32();
  const crc = out.skipUint32();
  encodeRecord(record, out);
  const payload = out.view(crc + 4);
  out.setUint32(length, payload.length);
  out.setUint32(crc, crc32(payload));
}

/**
 * Hands the records of a segment to `visit`, up to the first that is not whole.
 * @throws Failure `invalid` when a newer version of the format is asked for
 */
export function scanSegment(bytes: Uint8Array, visit: (record: LogRecord) => void): Scan {
  if (bytes.length < HEADER_BYTES) return { good: 0, end: bytes.length === 0 ? 'clean' : 'torn' };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== MAGIC) return { good: 0, end: 'damaged' };
  checkVersion(view.getUint32(4, true));
  let at = HEADER_BYTES;
  while (at < bytes.length) {
    const record = recordAt(bytes, view, at);
    if (typeof record === 'string') return { good: at, end: record };
    visit(record.record);
    at = record.next;
  }
  return { good: at, end: 'clean' };
}

function recordAt(
  bytes: Uint8Array,
  view: DataView,
  at: number,
): { record: LogRecord; next: number } | 'torn' | 'damaged' {
  const start = at + FRAME_BYTES;
  if (start > bytes.length) return 'torn';
  const length = view.getUint32(at, true);
  if (length > MAX_RECORD) return 'damaged';
  const end = start + length;
  if (end > bytes.length) return 'torn';
  const payload = bytes.subarray(start, end);
  // A power cut leaves zeros where blocks were allotted and not written.
  if (length === 0 || crc32(payload) !== view.getUint32(at + 4, true)) {
    return end === bytes.length || bytes.subarray(start).every((byte) => byte === 0) ? 'torn' : 'damaged';
  }
  try {
    return { record: decodeRecord(payload), next: end };
  } catch (error) {
    if (error instanceof RangeError) return 'damaged';
    throw error;
  }
}

function checkVersion(version: number): void {
  if (version <= FORMAT_VERSION && version > 0) return;
  throw new Failure(
    'invalid',
    `head log of format ${version}, this version reads ${FORMAT_VERSION}: start the version that wrote it, or move the head's directory away`,
  );
}
