import type { SymbolTable } from '../../model/symbols.ts';
import { bytesOf, equals, find, isDigit, isLetter } from './bytes.ts';
import { MIN_HASH, PathShapes } from './path-shapes.ts';

const SLASH = 0x2f;
const DASH = 0x2d;
const MAX_SEGMENTS = 8;
const MAX_WORD = 40;

const OTHER = bytesOf('other');
const ID = bytesOf('{id}');
const SPACE_ID = bytesOf('{space}');
const SPACES = bytesOf('spaces-');
/** First segments that are the server's own; everything else is a file of the portal or a stranger's guess. */
const ROOTS = ['api', 'octopus', 'nuget', 'token', 'bff', '.well-known', 'app', 'health'].map((root) =>
  bytesOf(root),
);
const APP = bytesOf('app');

/**
 * Turns paths into routes that are few enough for labels: `Spaces-N` becomes `{space}`; `Tasks-1`, numbers, versions,
 * GUIDs and odd texts become `{id}`; a path of many segments, or of no API, becomes `other`.
 */
export class Routes {
  readonly #scratch = new Uint8Array((MAX_WORD + 1) * MAX_SEGMENTS);
  readonly #shapes = new PathShapes();
  #bySymbol = new Int32Array(256);
  #known = 0;
  /** Symbols of routes by the shape of paths, in this batch. */
  #byShape = new Int32Array(256);

  /** Forgets the routes of a batch's symbols: call it before the first path of each chunk. */
  reset(): void {
    this.#bySymbol.fill(0, 0, this.#known);
    this.#byShape.fill(0);
    this.#known = 0;
    this.#shapes.trim();
  }

  /** The symbol of the route of `bytes[start, end)`, a path without query whose own symbol is `path`. */
  of(symbols: SymbolTable, path: number, bytes: Uint8Array, start: number, end: number): number {
    const cached = path < this.#known ? (this.#bySymbol[path] ?? 0) : 0;
    if (cached !== 0) return cached;
    const shape = this.#shapes.of(bytes, start, end);
    let route = this.#byShape[shape] ?? 0;
    if (route === 0) {
      route = this.#read(symbols, bytes, start, end);
      if (shape !== 0) this.#byShape = remember(this.#byShape, shape, route);
    }
    this.#bySymbol = remember(this.#bySymbol, path, route);
    this.#known = Math.max(this.#known, path + 1);
    return route;
  }

  #read(symbols: SymbolTable, bytes: Uint8Array, start: number, end: number): number {
    const length = this.#write(bytes, start, end);
    if (length < 0) return symbols.internBytes(OTHER, 0, OTHER.length);
    return symbols.internBytes(this.#scratch, 0, length);
  }

  /** Writes the route into the scratch bytes; its length, or -1 for `other`. */
  #write(bytes: Uint8Array, start: number, end: number): number {
    if (start < end && bytes[start] !== SLASH) return -1;
    this.#scratch[0] = SLASH;
    let length = 0;
    let segments = 0;
    for (let at = start + 1; at < end; segments++) {
      const stop = find(bytes, at, end, SLASH);
      if (stop > at) {
        if (segments === MAX_SEGMENTS || (length === 0 && !isRoot(bytes, at, stop, end))) return -1;
        length = this.#writeSegment(bytes, at, stop, length);
      }
      at = stop + 1;
    }
    return Math.max(length, 1);
  }

  #writeSegment(bytes: Uint8Array, start: number, end: number, at: number): number {
    this.#scratch[at] = SLASH;
    const text = placeholderOf(bytes, start, end);
    if (text !== undefined) this.#scratch.set(text, at + 1);
    else for (let i = start; i < end; i++) this.#scratch[at + 1 + i - start] = bytes[i] ?? 0;
    return at + 1 + (text === undefined ? end - start : text.length);
  }
}

/** Whether a path may begin with this segment: `/app` is the portal's one page, what is below it are files. */
function isRoot(bytes: Uint8Array, start: number, end: number, pathEnd: number): boolean {
  if (end < pathEnd && equals(bytes, start, end, APP)) return false;
  for (const root of ROOTS) if (equals(bytes, start, end, root)) return true;
  return false;
}

/** What stands for a segment that is no word of the API; undefined for a word. */
function placeholderOf(bytes: Uint8Array, start: number, end: number): Uint8Array | undefined {
  const letters = skipLetters(bytes, start, end);
  const numbered = bytes[letters] === DASH && letters > start && letters + 1 < end;
  if (numbered && isSpace(bytes, start, end)) return SPACE_ID;
  const capital = (bytes[start] ?? 0) >= 0x41 && (bytes[start] ?? 0) <= 0x5a;
  if (numbered && (capital || isDigit(bytes[letters + 1]))) return ID;
  if (isDigit(bytes[start]) || end - start > MAX_WORD || !isWord(bytes, start, end)) return ID;
  return undefined;
}

/** `Spaces-N`, in any case: the API takes it so. */
function isSpace(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start <= SPACES.length || !isDigit(bytes[end - 1])) return false;
  for (let i = 0; i < SPACES.length; i++) if (((bytes[start + i] ?? 0) | 0x20) !== SPACES[i]) return false;
  return true;
}

function isWord(bytes: Uint8Array, start: number, end: number): boolean {
  let hasDigit = false;
  for (let i = start; i < end; i++) {
    const byte = bytes[i] ?? 0;
    const digit = isDigit(byte);
    hasDigit ||= digit;
    if (!digit && !isLetter(byte) && byte !== DASH && byte !== 0x2e && byte !== 0x5f) return false;
  }
  return !hasDigit || end - start < MIN_HASH;
}

function skipLetters(bytes: Uint8Array, start: number, end: number): number {
  let i = start;
  while (i < end && isLetter(bytes[i])) i++;
  return i;
}

/** `array` with `value` at `index`, longer if it has to be. */
function remember(array: Int32Array<ArrayBuffer>, index: number, value: number): Int32Array<ArrayBuffer> {
  let room = array;
  if (index >= array.length) {
    room = new Int32Array(Math.max(index + 1, array.length * 2));
    room.set(array);
  }
  room[index] = value;
  return room;
}
