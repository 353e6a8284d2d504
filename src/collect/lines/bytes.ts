const encoder = new TextEncoder();

export const SPACE = 0x20;
export const QUOTE = 0x22;

/** The bytes of a constant, made once. */
export function bytesOf(text: string): Uint8Array {
  return encoder.encode(text);
}

/** Whether `bytes[at, end)` begins with `prefix`. */
export function startsWith(bytes: Uint8Array, at: number, end: number, prefix: Uint8Array): boolean {
  if (end - at < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix[i]) return false;
  return true;
}

/** Whether `bytes[start, end)` are exactly `other`. */
export function equals(bytes: Uint8Array, start: number, end: number, other: Uint8Array): boolean {
  return end - start === other.length && startsWith(bytes, start, end, other);
}

/** Where `byte` is in `bytes[at, end)`; `end` when it is not. */
export function find(bytes: Uint8Array, at: number, end: number, byte: number): number {
  let i = at;
  while (i < end && bytes[i] !== byte) i++;
  return i;
}

/** The first position from `at` that is no space. */
export function skipSpaces(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && bytes[i] === SPACE) i++;
  return i;
}

/** The first position from `at` that is no digit. */
export function skipDigits(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  while (i < end && isDigit(bytes[i])) i++;
  return i;
}

export function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x39;
}

export function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
}

/** The value of `count` digits at `at`, or -1 when they are not all digits. */
export function digits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = (bytes[i] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** The value of the decimal number `bytes[start, end)` (`22`, `22.48`), or NaN when it is none. */
export function decimal(bytes: Uint8Array, start: number, end: number): number {
  const dot = skipDigits(bytes, start, end);
  if (dot === start || dot - start > 15) return Number.NaN;
  const whole = digits(bytes, start, dot - start);
  if (dot === end) return whole;
  const stop = skipDigits(bytes, dot + 1, end);
  if (bytes[dot] !== 0x2e || stop !== end || stop === dot + 1 || stop - dot > 15) return Number.NaN;
  return whole + digits(bytes, dot + 1, stop - dot - 1) / 10 ** (stop - dot - 1);
}
