import { crc32 } from 'node:zlib';
import { ByteReader, ByteWriter } from '../../model/byte-codec.ts';
import { Failure } from '../../model/failure.ts';

/**
 * A chunk file: `OWCH`, the format's version and a CRC-32 of both; sections, each compressed with zstd, in any order; the
 * index, compressed too; the trailer, of fixed size. Numbers of fixed size are little endian.
 */
export const FORMAT_VERSION = 1;
export const HEADER_BYTES = 12;
export const TRAILER_BYTES = 56;
const MAGIC = 0x4843_574f;
const END_MAGIC = 0x5443_574f;

/** A file or a part of it that is not what was written: never an answer, always counted. */
export class DamageError extends Error {
  override readonly name = 'DamageError';
}

/** Where a compressed section lies in its file. */
export interface SectionRef {
  readonly offset: number;
  readonly length: number;
  /** Bytes without compression. */
  readonly rawLength: number;
  /** CRC-32 of the compressed bytes. */
  readonly crc: number;
}

/** Series of one metric. */
export interface MetricSection {
  readonly name: string;
  readonly ref: SectionRef;
  readonly series: number;
  readonly samples: number;
}

/** Times that series share, by number. */
export interface TimelineSection {
  /** The number of the first. */
  readonly first: number;
  readonly count: number;
  readonly ref: SectionRef;
}

/** What a file holds, and where. */
export interface ChunkIndex {
  readonly timelines: readonly TimelineSection[];
  /** By name; a metric of many samples has several. */
  readonly metrics: readonly MetricSection[];
}

/** What is known of a file without reading its index. */
export interface Trailer {
  /** Of the first sample, ms. */
  readonly start: number;
  /** Of the last sample, ms. */
  readonly end: number;
  readonly samples: number;
  readonly index: SectionRef;
}

/** The bytes a file begins with. */
export function headerBytes(): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, FORMAT_VERSION, true);
  view.setUint32(8, crc32(bytes.subarray(0, 8)), true);
  return bytes;
}

/**
 * @throws DamageError when these are not the first bytes of a chunk file
 * @throws Failure `invalid` when a newer version wrote it
 */
export function checkHeader(bytes: Uint8Array, path: string): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== MAGIC)
    throw new DamageError('no chunk file');
  if (view.getUint32(8, true) !== crc32(bytes.subarray(0, 8))) throw new DamageError('the header is damaged');
  const version = view.getUint32(4, true);
  if (version === FORMAT_VERSION) return;
  throw new Failure(
    'invalid',
    `${path} has format ${version}, this version reads ${FORMAT_VERSION}: start the version that wrote it, or move its directory away`,
  );
}

export function trailerBytes({ start, end, samples, index }: Trailer): Uint8Array {
  const bytes = new Uint8Array(TRAILER_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [i, float] of [start, end, samples, index.offset].entries()) view.setFloat64(i * 8, float, true);
  for (const [i, word] of [index.length, index.rawLength, index.crc, FORMAT_VERSION, END_MAGIC].entries())
    view.setUint32(32 + i * 4, word, true);
  view.setUint32(TRAILER_BYTES - 4, crc32(bytes.subarray(0, TRAILER_BYTES - 4)), true);
  return bytes;
}

/** @throws DamageError when these are not the last bytes of a chunk file */
export function readTrailer(bytes: Uint8Array): Trailer {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length === TRAILER_BYTES && view.getUint32(48, true) === END_MAGIC;
  const crc = crc32(bytes.subarray(0, TRAILER_BYTES - 4));
  if (!whole || view.getUint32(TRAILER_BYTES - 4, true) !== crc) throw new DamageError('the end is damaged');
  return {
    start: view.getFloat64(0, true),
    end: view.getFloat64(8, true),
    samples: view.getFloat64(16, true),
    index: {
      offset: view.getFloat64(24, true),
      length: view.getUint32(32, true),
      rawLength: view.getUint32(36, true),
      crc: view.getUint32(40, true),
    },
  };
}

export function indexBytes({ timelines, metrics }: ChunkIndex): Uint8Array {
  const out = new ByteWriter();
  out.varint(timelines.length);
  for (const { first, count, ref } of timelines) {
    out.varint(first);
    out.varint(count);
    writeRef(ref, out);
  }
  out.varint(metrics.length);
  for (const { name, ref, series, samples } of metrics) {
    out.text(name);
    out.varint(series);
    out.varint(samples);
    writeRef(ref, out);
  }
  return out.take();
}

/** @throws RangeError when it is not what `indexBytes` gave */
export function readIndex(bytes: Uint8Array): ChunkIndex {
  const reader = new ByteReader(bytes);
  const timelines: TimelineSection[] = [];
  for (let left = reader.varint(); left > 0; left--)
    timelines.push({ first: reader.varint(), count: reader.varint(), ref: readRef(reader) });
  const metrics: MetricSection[] = [];
  for (let left = reader.varint(); left > 0; left--) {
    const name = reader.text();
    metrics.push({ name, series: reader.varint(), samples: reader.varint(), ref: readRef(reader) });
  }
  return { timelines, metrics };
}

function writeRef({ offset, length, rawLength, crc }: SectionRef, out: ByteWriter): void {
  for (const number of [offset, length, rawLength, crc]) out.varint(number);
}

function readRef(reader: ByteReader): SectionRef {
  return {
    offset: reader.varint(),
    length: reader.varint(),
    rawLength: reader.varint(),
    crc: reader.varint(),
  };
}
