import { QUOTE } from '../../src/collect/lines/bytes.ts';
import type { LineValues } from './line-values.ts';

const OPEN = 0x7b;
const CLOSE = 0x7d;
const BRACKET = 0x5b;
const COLON = 0x3a;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const SPACE = 0x20;
/** Stands for what is behind the last byte. */
const END = 0xff;

/**
 * Reads one JSON object, its top level only, into `values`; false for what is none. A flat object without escapes is
 * read in one pass over the bytes; any other by JSON.parse.
 */
export function readJsonLine(bytes: Uint8Array, start: number, end: number, values: LineValues): boolean {
  values.clear(bytes);
  const read = readFlat(bytes, start, end, values);
  return read === 'other' ? readWhole(bytes, start, end, values) : read === 'flat';
}

function readFlat(
  bytes: Uint8Array,
  start: number,
  end: number,
  values: LineValues,
): 'flat' | 'other' | 'broken' {
  let at = skipBlank(bytes, start, end);
  if (bytes[at] !== OPEN) return 'broken';
  for (;;) {
    at = skipBlank(bytes, at + 1, end);
    const nameEnd = readName(bytes, at, end, values);
    if (nameEnd < 0) return 'other';
    at = skipBlank(bytes, nameEnd + 1, end);
    if (bytes[at] !== COLON) return 'other';
    at = skipBlank(bytes, at + 1, end);
    const from = at;
    const isText = bytes[at] === QUOTE;
    at = isText ? stringEnd(bytes, at, end) : plainEnd(bytes, at, end);
    if (at < 0) return 'other';
    if (isText) values.take(from + 1, at);
    else if (!isNull(bytes, from, at)) values.take(from, at);
    at = skipBlank(bytes, isText ? at + 1 : at, end);
    if (bytes[at] === CLOSE) return skipBlank(bytes, at + 1, end) === end ? 'flat' : 'other';
    if (at >= end || bytes[at] !== COMMA) return 'other';
  }
}

/** Where the name that begins at `at` ends; -1 when none does, or it has escapes. */
function readName(bytes: Uint8Array, at: number, end: number, values: LineValues): number {
  const expected = bytes[at] === QUOTE ? values.expect(bytes, at + 1) : -1;
  if (expected >= 0) return expected;
  const found = stringEnd(bytes, at, end);
  if (found >= 0) values.find(bytes, at + 1, found);
  return found;
}

/** Where the string that begins at `at` ends; -1 when none does, or it has escapes. */
function stringEnd(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] !== QUOTE) return -1;
  for (let i = at + 1; i < end; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) return i;
    if (byte === BACKSLASH) return -1;
  }
  return -1;
}

/** Where a number or word ends; -1 for what is nested or empty. */
function plainEnd(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  for (; i < end; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === COMMA || byte === CLOSE || byte <= SPACE) break;
    if (byte === OPEN || byte === BRACKET || byte === QUOTE) return -1;
  }
  return i === at ? -1 : i;
}

function isNull(bytes: Uint8Array, start: number, end: number): boolean {
  return end - start === 4 && bytes[start] === 0x6e && bytes[start + 1] === 0x75;
}

function skipBlank(bytes: Uint8Array, at: number, end: number): number {
  let i = at;
  while ((bytes[i] ?? END) <= SPACE && i < end) i++;
  return i;
}

function readWhole(bytes: Uint8Array, start: number, end: number, values: LineValues): boolean {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString());
  } catch {
    return false;
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return false;
  values.clear(bytes);
  const plain = Object.entries(parsed).filter(([, value]) => value !== null && typeof value !== 'object');
  values.assign(plain.map(([name, value]) => [name, String(value)]));
  return true;
}
