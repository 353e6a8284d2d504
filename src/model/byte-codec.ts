const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Its length is one byte of LEB128. */
const SHORT = 127;
const INITIAL = 4096;
/** A buffer of more bytes is not used again. */
const KEPT = 1024 * 1024;

/** Appends numbers and texts to a buffer that grows. */
export class ByteWriter {
  #bytes = new Uint8Array(INITIAL);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** LEB128, for whole numbers from 0 to 2^53. */
  varint(value: number): void {
    this.#reserve(8);
    if (value < 0x80) {
      this.#bytes[this.#length++] = value;
      return;
    }
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes[this.#length++] = rest;
  }

  float(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#length, value, true);
    this.#length += 8;
  }

  /** The number at `index` of an array, bit for bit: a marker keeps its payload. */
  bits(values: Float64Array, index: number): void {
    this.#reserve(8);
    this.#bytes.set(new Uint8Array(values.buffer, values.byteOffset + index * 8, 8), this.#length);
    this.#length += 8;
  }

  /** `length` pairs of a `varint` below 2^31 and the `bits` of a number, in one go. */
  numbered(numbers: Int32Array, values: Float64Array, length: number): void {
    this.#reserve(length * 13);
    const words = new Uint32Array(values.buffer, values.byteOffset, length * 2);
    const bytes = this.#bytes;
    let at = this.#length;
    for (let i = 0; i < length; i++) {
      let rest = numbers[i] ?? 0;
      for (; rest >= 0x80; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
      bytes[at++] = rest;
      this.#view.setUint32(at, words[i * 2] ?? 0, true);
      this.#view.setUint32(at + 4, words[i * 2 + 1] ?? 0, true);
      at += 8;
    }
    this.#length = at;
  }

  text(value: string): void {
    if (value.length <= SHORT && this.#ascii(value)) return;
    const bytes = encoder.encode(value);
    this.varint(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** Writes a short text if all of it is ASCII: a label, for which a native call costs more. */
  #ascii(value: string): boolean {
    const { length } = value;
    this.#reserve(length + 1);
    const at = this.#length + 1;
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i);
      if (code >= 0x80) return false;
      this.#bytes[at + i] = code;
    }
    this.#bytes[at - 1] = length;
    this.#length = at + length;
    return true;
  }

  /** Room for a 32-bit number that is written later; returns where. */
  skipUint32(): number {
    this.#reserve(4);
    this.#length += 4;
    return this.#length - 4;
  }

  setUint32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  /** The bytes from `start` on; a view until the next write. */
  view(start = 0): Uint8Array {
    return this.#bytes.subarray(start, this.#length);
  }

  /** The bytes, and an empty writer. */
  take(): Uint8Array {
    const taken = this.#bytes.length > KEPT ? this.view() : this.view().slice();
    this.clear();
    return taken;
  }

  /** Forgets the bytes, views of them too. */
  clear(): void {
    this.#length = 0;
    // What was much once need not be much again.
    if (this.#bytes.length <= KEPT) return;
    this.#bytes = new Uint8Array(INITIAL);
    this.#view = new DataView(this.#bytes.buffer);
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#length + count, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

/** Reads what `ByteWriter` wrote. @throws RangeError past the end */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 49; scale *= 0x80) {
      const byte = this.#view.getUint8(this.#at++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new RangeError('number too long');
  }

  float(): number {
    const value = this.#view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  /** What `bits` wrote, into `index` of an array. */
  bits(values: Float64Array, index: number): void {
    if (this.#at + 8 > this.#bytes.length) throw new RangeError('number past the end');
    const bytes = this.#bytes.subarray(this.#at, this.#at + 8);
    new Uint8Array(values.buffer, values.byteOffset + index * 8, 8).set(bytes);
    this.#at += 8;
  }

  uint32(): number {
    this.#at += 4;
    return this.#view.getUint32(this.#at - 4, true);
  }

  /** The next bytes, as a view. */
  bytes(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw new RangeError('bytes past the end');
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** Passes over bytes. */
  skip(length: number): void {
    if (this.#at + length > this.#bytes.length) throw new RangeError('bytes past the end');
    this.#at += length;
  }

  /** Bytes not read yet. */
  get left(): number {
    return this.#bytes.length - this.#at;
  }

  text(): string {
    const length = this.varint();
    if (this.#at + length > this.#bytes.length) throw new RangeError('text past the end');
    this.#at += length;
    return decoder.decode(this.#bytes.subarray(this.#at - length, this.#at));
  }
}
