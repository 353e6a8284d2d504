const MINUTE = 60_000;
/** The last ms of the year 9999: later times have no four-digit ISO form. */
const LAST_TIME = 253_402_300_799_999;
const ZERO = 0x30;
const Z = 0x5a;
const DOT = 0x2e;
const SHORT = 48;

/** Writes text into one growing buffer that is used again after `clear`; numbers and times without strings where possible. */
export class ByteWriter {
  #bytes: Buffer<ArrayBuffer>;
  #length = 0;
  #minute = Number.NaN;
  readonly #minuteText = Buffer.alloc(17);

  constructor(capacity: number) {
    this.#bytes = Buffer.alloc(capacity);
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
    this.#copy(value, 0, value.length);
  }

  /** What `other` holds from `start` to `end`. */
  range(other: ByteWriter, start: number, end: number): void {
    this.#copy(other.#bytes, start, end);
  }

  // For short values a loop beats a native call, and no view is made.
  #copy(from: Uint8Array, start: number, end: number): void {
    this.#reserve(end - start);
    if (end - start > SHORT) this.#bytes.set(from.subarray(start, end), this.#length);
    else for (let i = start, to = this.#length; i < end; i++, to++) this.#bytes[to] = from[i] ?? 0;
    this.#length += end - start;
  }

  ascii(text: string): void {
    this.#reserve(text.length);
    for (let i = 0; i < text.length; i++) this.#bytes[this.#length++] = text.charCodeAt(i);
  }

  /** A finite number as JSON writes it. */
  number(value: number): void {
    if (value >= 0 && value <= 0x7fff_ffff && value === (value | 0)) this.#digits(value, countDigits(value));
    else this.ascii(String(value));
  }

  /** `2026-11-21T09:29:47.123Z`; `time` is one that `isWritableTime` takes. */
  time(time: number): void {
    const minute = Math.floor(time / MINUTE);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#minuteText.write(new Date(minute * MINUTE).toISOString(), 0, 17, 'latin1');
    }
    this.bytes(this.#minuteText);
    const rest = Math.floor(time) - minute * MINUTE;
    this.#digits(Math.floor(rest / 1000), 2);
    this.byte(DOT);
    this.#digits(rest % 1000, 3);
    this.byte(Z);
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
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.alloc(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.view());
    this.#bytes = larger;
  }
}

/** Whether a time (ms) lies in the years 1970 to 9999. */
export function isWritableTime(time: number): boolean {
  return time >= 0 && time <= LAST_TIME;
}

function countDigits(value: number): number {
  let count = 1;
  for (let rest = value; rest >= 10; rest /= 10) count++;
  return count;
}
