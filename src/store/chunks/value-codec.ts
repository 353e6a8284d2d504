import { ByteReader, type ByteWriter } from '../../model/byte-codec.ts';
import { readZigzags, writeZigzag } from './zigzag.ts';

/** All values have the same bits: these. */
const CONSTANT = 0;
/** Whole numbers after a division by a power of ten; what is none is listed. */
const SCALED = 1;
/** The bits of each value XOR those of the one before it, first bytes first, as their upper bytes are mostly zero. */
const BITS = 2;

const POWERS = Array.from({ length: 10 }, (_, exponent) => 10 ** exponent);
/** A zigzag of the difference of two such numbers is still exact. */
const MAX_SCALED = 2 ** 51;

/** Appends values so that they are read back bit for bit, in about a byte and a half each where they are decimals. */
export function encodeValues(values: Float64Array, out: ByteWriter): void {
  if (isConstant(values)) {
    out.varint(CONSTANT);
    out.bits(values, 0);
    return;
  }
  const exponent = exponentOf(values);
  if (exponent === undefined) encodeBits(values, out);
  else encodeScaled(values, exponent, out);
}

/** Reads into all of `values` what `encodeValues` wrote. @throws RangeError when it is not that */
export function decodeValues(bytes: Uint8Array, values: Float64Array): void {
  if (values.length === 0) return;
  const reader = new ByteReader(bytes);
  switch (reader.varint()) {
    case CONSTANT:
      decodeConstant(reader, values);
      break;
    case SCALED:
      decodeScaled(reader, values);
      break;
    case BITS:
      decodeBits(reader.bytes(values.length * 8), values);
      break;
    default:
      throw new RangeError('unknown encoding of values');
  }
}

function isConstant(values: Float64Array): boolean {
  const words = wordsOf(values);
  const low = words[0];
  const high = words[1];
  for (let i = 2; i < words.length; i += 2) {
    if (words[i] !== low || words[i + 1] !== high) return false;
  }
  return words.length > 0;
}

function decodeConstant(reader: ByteReader, values: Float64Array): void {
  reader.bits(values, 0);
  const words = wordsOf(values);
  const low = words[0] ?? 0;
  const high = words[1] ?? 0;
  // A fill with the value itself could lose the payload of a marker.
  for (let i = 2; i < words.length; i += 2) {
    words[i] = low;
    words[i + 1] = high;
  }
}

/** How many decimals all values have at most; undefined when a division does not give each of them back. */
function exponentOf(values: Float64Array): number | undefined {
  let exponent = 0;
  for (const value of values) {
    if (isException(value)) continue;
    while (!isScaled(value, exponent)) if (++exponent === POWERS.length) return undefined;
  }
  for (const value of values) if (!isException(value) && !isScaled(value, exponent)) return undefined;
  return exponent;
}

function isScaled(value: number, exponent: number): boolean {
  const power = POWERS[exponent] ?? 1;
  const scaled = Math.round(value * power);
  return scaled / power === value && Math.abs(scaled) <= MAX_SCALED;
}

/** Stale markers, NaN, infinities and -0 are no decimals. */
function isException(value: number): boolean {
  return value - value !== 0 || (value === 0 && 1 / value < 0);
}

function encodeScaled(values: Float64Array, exponent: number, out: ByteWriter): void {
  const power = POWERS[exponent] ?? 1;
  out.varint(SCALED);
  out.varint(exponent);
  let before = 0;
  for (const value of values) {
    const scaled = isException(value) ? before : Math.round(value * power);
    writeZigzag(scaled - before, out);
    before = scaled;
  }
  encodeExceptions(values, out);
}

function encodeExceptions(values: Float64Array, out: ByteWriter): void {
  let count = 0;
  for (const value of values) if (isException(value)) count++;
  out.varint(count);
  if (count === 0) return;
  for (let i = 0; i < values.length; i++) {
    if (!isException(values[i] ?? 0)) continue;
    out.varint(i);
    out.bits(values, i);
  }
}

function decodeScaled(reader: ByteReader, values: Float64Array): void {
  const power = POWERS[reader.varint()];
  if (power === undefined) throw new RangeError('unknown exponent');
  const deltas = reader.bytes(reader.left);
  const exceptions = new ByteReader(deltas.subarray(readZigzags(deltas, values)));
  let scaled = 0;
  for (let i = 0; i < values.length; i++) {
    scaled += values[i] ?? 0;
    values[i] = scaled / power;
  }
  for (let left = exceptions.varint(); left > 0; left--) {
    const index = exceptions.varint();
    if (index >= values.length) throw new RangeError('exception past the end');
    exceptions.bits(values, index);
  }
  if (exceptions.left > 0) throw new RangeError('values do not end where they should');
}

function encodeBits(values: Float64Array, out: ByteWriter): void {
  const words = wordsOf(values);
  const { length } = values;
  const planes = new Uint8Array(length * 8);
  let low = 0;
  let high = 0;
  for (let i = 0; i < length; i++) {
    const nextLow = words[i * 2] ?? 0;
    const nextHigh = words[i * 2 + 1] ?? 0;
    scatter(planes, i, length, nextHigh ^ high, nextLow ^ low);
    low = nextLow;
    high = nextHigh;
  }
  out.varint(BITS);
  out.bytes(planes);
}

function scatter(planes: Uint8Array, at: number, length: number, high: number, low: number): void {
  for (let plane = 0; plane < 4; plane++) {
    planes[plane * length + at] = high >>> (24 - plane * 8);
    planes[(plane + 4) * length + at] = low >>> (24 - plane * 8);
  }
}

function decodeBits(planes: Uint8Array, values: Float64Array): void {
  const words = wordsOf(values);
  const { length } = values;
  let low = 0;
  let high = 0;
  for (let i = 0; i < length; i++) {
    high ^= gather(planes, i, length);
    low ^= gather(planes, length * 4 + i, length);
    words[i * 2] = low;
    words[i * 2 + 1] = high;
  }
}

function gather(planes: Uint8Array, at: number, length: number): number {
  return (
    ((planes[at] ?? 0) << 24) |
    ((planes[at + length] ?? 0) << 16) |
    ((planes[at + length * 2] ?? 0) << 8) |
    (planes[at + length * 3] ?? 0)
  );
}

function wordsOf(values: Float64Array): Uint32Array {
  return new Uint32Array(values.buffer, values.byteOffset, values.length * 2);
}
