const MAX_MESSAGE = 4096;
const SPACE = 0x20;
const decoder = new TextDecoder();

/**
 * The text of `bytes[start, end)` as documents hold it, at most 4 KiB: a longer one ends behind a whole word, as half a
 * secret could not be told as one.
 */
export function messageText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= MAX_MESSAGE) return decoder.decode(bytes.subarray(start, end));
  // Room for the ellipsis.
  const limit = start + MAX_MESSAGE - 3;
  const space = bytes.subarray(start, limit + 1).lastIndexOf(SPACE);
  return `${decoder.decode(bytes.subarray(start, start + Math.max(space, 0)))}…`;
}
