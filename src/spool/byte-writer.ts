const SECOND = 1000;
/** The last ms of the year 9999: later times have no four-digit ISO form. */
const LAST_TIME = 253_402_300_799_999;
const ZERO = 0x30;
const Z = 0x5a;
const DOT = 0x2e;
const LETTER_BEFORE_A = 0x60;
/** 54 bits: with the 66 of a file's identity whole bytes, which the store keeps packed. */
const DIGITS_64 = 9;
const ALPHABET_64 = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LAST_PRINTABLE = 0x7e;
/** Copies of up to so many bytes run as words in a loop; a native call costs more. */
const SHORT = 96;
/** Room behind the text, so that whole words may be read and written over its end. */
const SLACK = 8;
/** Decimals of which every value of at most 15 digits is written without a string: .NET ticks are 1e-7 s. */
const SCALE = 1e7;
const DECIMALS = 7;
const MAX_SCALED = 1e15;

/** Writes text into one growing buffer that is used again after `clear`; numbers and times without strings where possible. */
export class ByteWriter {
  #bytes: Buffer<ArrayBuffer>;
  #words: DataView<ArrayBuffer>;
  #length = 0;
  #second = Number.NaN;
  /** `2026-11-21T09:29:47.` of the time written last. */
  readonly #secondText = Buffer.alloc(20);
  readonly #secondWords = viewOf(this.#secondText);

  constructor(capacity: number) {
    this.#bytes = Buffer.alloc(capacity + SLACK);
    this.#words = viewOf(this.#bytes);
  }

  get length(): number {
    return this.#length;
  }

  /** What was written; a view, valid until the next write. */
  view(): Buffer<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): void {
    this.#length = 0;
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  bytes(value: Uint8Array): void {
    const { length } = value;
    this.#reserve(length);
    if (length > SHORT) this.#bytes.set(value, this.#length);
    else for (let i = 0, to = this.#length; i < length; i++, to++) this.#bytes[to] = value[i] ?? 0;
    this.#length += length;
  }

  /** What `other` holds from `start` to `end`. */
  range(other: ByteWriter, start: number, end: number): void {
    const length = end - start;
    this.#reserve(length);
    const at = this.#length;
    this.#length += length;
    if (length > SHORT) return void other.#bytes.copy(this.#bytes, at, start, end);
    const from = other.#words;
    const to = this.#words;
    for (let i = 0; i < length; i += 4) to.setInt32(at + i, from.getInt32(start + i, true), true);
  }

  /** Writes printable ASCII in quotes; false, and nothing is written, where JSON needs an escape or bytes are above it. */
  plainString(from: Uint8Array, start: number, end: number): boolean {
    this.#reserve(end - start + 2);
    const bytes = this.#bytes;
    let at = this.#length;
    bytes[at++] = QUOTE;
    for (let i = start; i < end; i++) {
      const byte = from[i] ?? 0;
      if (byte < SPACE || byte > LAST_PRINTABLE || byte === QUOTE || byte === BACKSLASH) return false;
      bytes[at++] = byte;
    }
    bytes[at++] = QUOTE;
    this.#length = at;
    return true;
  }

  ascii(text: string): void {
    this.#reserve(text.length);
    for (let i = 0; i < text.length; i++) this.#bytes[this.#length++] = text.charCodeAt(i);
  }

  /** A finite number as JSON writes it. */
  number(value: number): void {
    if (value >= 0 && value <= 0x7fff_ffff && value === (value | 0)) this.#digits(value, countDigits(value));
    else if (!this.#decimal(value)) this.ascii(String(value));
  }

  /** A whole number below 2^53 in base 36, as `toString(36)` writes it. */
  base36(value: number): void {
    const count = countDigits(value, 36);
    this.#reserve(count);
    for (let i = count - 1, rest = value; i >= 0; i--) {
      const next = Math.floor(rest / 36);
      const digit = rest - next * 36;
      this.#bytes[this.#length + i] = digit < 10 ? ZERO + digit : LETTER_BEFORE_A + digit - 9;
      rest = next;
    }
    this.#length += count;
  }

  /** A whole number below 2^53 as nine base64url digits, the highest first. */
  digits64(value: number): void {
    this.#reserve(DIGITS_64);
    for (let i = DIGITS_64 - 1, rest = value; i >= 0; i--) {
      const next = Math.floor(rest / 64);
      this.#bytes[this.#length + i] = ALPHABET_64[rest - next * 64] ?? 0;
      rest = next;
    }
    this.#length += DIGITS_64;
  }

  /** `2026-11-21T09:29:47.123Z`; `time` is one that `isWritableTime` takes. */
  time(time: number): void {
    const second = Math.floor(time / SECOND);
    if (second !== this.#second) {
      this.#second = second;
      this.#secondText.write(new Date(second * SECOND).toISOString(), 0, 20, 'latin1');
    }
    this.#reserve(24);
    const at = this.#length;
    for (let i = 0; i < 20; i += 4) this.#words.setInt32(at + i, this.#secondWords.getInt32(i, true), true);
    this.#length = at + 20;
    this.#digits(Math.floor(time) - second * SECOND, 3);
    this.byte(Z);
  }

  /** A positive number of few decimals; false when it has more, or is too large or too small for that. */
  #decimal(value: number): boolean {
    const scaled = Math.round(value * SCALE);
    if (!(scaled >= 10 && scaled < MAX_SCALED) || scaled / SCALE !== value) return false;
    const whole = Math.floor(scaled / SCALE);
    let rest = scaled - whole * SCALE;
    let decimals = DECIMALS;
    for (; rest % 10 === 0 && decimals > 1; decimals--) rest /= 10;
    this.#digits(whole, countDigits(whole));
    this.byte(DOT);
    this.#digits(rest, decimals);
    return true;
  }

  #digits(value: number, count: number): void {
    this.#reserve(count);
    for (let i = count - 1, rest = value; i >= 0; i--) {
      const tens = Math.floor(rest / 10);
      this.#bytes[this.#length + i] = ZERO + rest - tens * 10;
      rest = tens;
    }
    this.#length += count;
  }

  #reserve(more: number): void {
    if (this.#length + more + SLACK > this.#bytes.length) this.#grow(more);
  }

  #grow(more: number): void {
    const larger = Buffer.alloc(Math.max(this.#length + more + SLACK, this.#bytes.length * 2));
    larger.set(this.view());
    this.#bytes = larger;
    this.#words = viewOf(larger);
  }
}

/** Whether a time (ms) lies in the years 1970 to 9999. */
export function isWritableTime(time: number): boolean {
  return time >= 0 && time <= LAST_TIME;
}

function viewOf(bytes: Buffer<ArrayBuffer>): DataView<ArrayBuffer> {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function countDigits(value: number, base = 10): number {
  let count = 1;
  for (let rest = value; rest >= base; rest /= base) count++;
  return count;
}
