import type { ByteWriter } from '../../model/byte-codec.ts';

/** Appends a whole number up to 2^52 either way: small ones, below zero too, take a byte. */
export function writeZigzag(value: number, out: ByteWriter): void {
  out.varint(value < 0 ? -value * 2 - 1 : value * 2);
}

/**
 * Reads into all of `numbers` what `writeZigzag` wrote; returns how many bytes that were. One loop over plain bytes, as
 * everything that is read of history goes through it.
 * @throws RangeError when there are fewer
 */
export function readZigzags(bytes: Uint8Array, numbers: Float64Array): number {
  let at = 0;
  for (let i = 0; i < numbers.length; i++) {
    let byte = bytes[at++] ?? 0;
    let coded = byte & 0x7f;
    for (let scale = 0x80; byte >= 0x80; scale *= 0x80) {
      byte = bytes[at++] ?? 0;
      coded += (byte & 0x7f) * scale;
    }
    numbers[i] = (coded & 1) === 0 ? coded / 2 : -(coded + 1) / 2;
  }
  if (at > bytes.length) throw new RangeError('fewer numbers than there should be');
  return at;
}
