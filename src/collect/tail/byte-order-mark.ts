/** What the first bytes of a file say of its encoding. */
export type Encoding = 'utf8' | 'utf8-bom' | 'utf16' | 'too-short';

export const UTF8_BOM_BYTES = 3;

/** Reads a byte order mark; `too-short` when `head` may be the beginning of one. */
export function encodingOf(head: Uint8Array): Encoding {
  const [a, b, c] = head;
  if (a === undefined) return 'too-short';
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return 'utf16';
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf8-bom';
  const mayBecome16 = head.length === 1 && a >= 0xfe;
  const mayBecome8 = head.length < UTF8_BOM_BYTES && a === 0xef && (b === undefined || b === 0xbb);
  return mayBecome16 || mayBecome8 ? 'too-short' : 'utf8';
}
