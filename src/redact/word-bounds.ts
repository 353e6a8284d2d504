const BACKSLASH = 0x5c;
const PERCENT = 0x25;
const LOWER_U = 0x75;
const UNDERSCORE = 0x5f;

/**
 * Whether the word that `bytes[start, end)` begins or ends with goes on beyond it, within `bytes[floor, ceiling)`: it
 * is then a part of a longer word. Letters, digits and `_` make words, so that names
 * such as `vpc_elastic_ips` stay what they are.
 */
export function isInWord(
  bytes: Uint8Array,
  start: number,
  end: number,
  [floor, ceiling]: readonly [number, number],
): boolean {
  if (start > floor && isWordByte(bytes[start]) && goesOnBefore(bytes, start, floor)) return true;
  return end < ceiling && isWordByte(bytes[end - 1]) && isWordByte(bytes[end]);
}

/** What an escape of JSON or of a URL ends in (`\n`, `\u000a`, `%3D`) is no letter. */
function goesOnBefore(bytes: Uint8Array, start: number, floor: number): boolean {
  if (!isWordByte(bytes[start - 1])) return false;
  const at = (back: number): number => (start - back >= floor ? (bytes[start - back] ?? 0) : 0);
  if (at(2) === BACKSLASH || at(3) === PERCENT) return false;
  return !(at(6) === BACKSLASH && at(5) === LOWER_U);
}

function isWordByte(byte = 0): boolean {
  const letter = byte | 0x20;
  return (byte >= 0x30 && byte <= 0x39) || (letter >= 0x61 && letter <= 0x7a) || byte === UNDERSCORE;
}
