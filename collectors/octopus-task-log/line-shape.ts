import { bytesOf, equals, find, QUOTE, startsWith } from '../../src/collect/lines/bytes.ts';

const OPEN = bytesOf('["');
const BETWEEN = bytesOf('","');
const CLOSE = 0x5d;
const ALWAYS_KEPT = ['WRN', 'ERR', 'FAT'].map((category) => bytesOf(category));

/**
 * What a line is, told from its bytes alone: `kept` for a warning or an error, `plain` for any other, `broken` for what
 * does not begin `["<correlation>","<category>","` or end with `]`.
 */
export function shapeOf(bytes: Uint8Array, start: number, end: number): 'kept' | 'plain' | 'broken' {
  if (!startsWith(bytes, start, end, OPEN) || bytes[end - 1] !== CLOSE) return 'broken';
  const correlationEnd = find(bytes, start + OPEN.length, end, QUOTE);
  if (!startsWith(bytes, correlationEnd, end, BETWEEN)) return 'broken';
  const category = correlationEnd + BETWEEN.length;
  const categoryEnd = find(bytes, category, end, QUOTE);
  if (categoryEnd === category || !startsWith(bytes, categoryEnd, end, BETWEEN)) return 'broken';
  return ALWAYS_KEPT.some((name) => equals(bytes, category, categoryEnd, name)) ? 'kept' : 'plain';
}
