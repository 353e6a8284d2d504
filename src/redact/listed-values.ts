import { wordAt } from './windows.ts';
import { isInWord } from './word-bounds.ts';

const encoder = new TextEncoder();
const ELLIPSIS = [0xe2, 0x80, 0xa6] as const;

/** What is to go out of a text, `[start, end)` in bytes. */
export type Range = readonly [start: number, end: number];

/** One spelling of a value. */
interface ListedValue {
  readonly bytes: Uint8Array;
  /** Whether it is no secret as a part of a longer word. */
  readonly isWord: boolean;
}

/** Values to be found in bytes. */
export interface ListedValues {
  /** By the four bytes they end in: ends differ where beginnings (`API-`) are alike. */
  readonly byEnd: ReadonlyMap<number, readonly ListedValue[]>;
  /** The four bytes they begin with, and all of them in order: for what is left of them in a text that was cut. */
  readonly starts: ReadonlySet<number>;
  readonly anywhere: readonly Uint8Array[];
  readonly whole: readonly Uint8Array[];
  /** Bytes of the longest. */
  readonly longest: number;
  /** What `Windows` has to look for: the words without which a text holds none. */
  readonly words: readonly number[];
}

/** The values as they are, and as JSON and a URL write them; `words` are found as whole words only. */
export function listValues(values: Iterable<string>, words: Iterable<string> = []): ListedValues {
  const forms = new Map<string, boolean>();
  for (const word of words) for (const form of formsOf(word)) forms.set(form, true);
  for (const value of values) for (const form of formsOf(value)) forms.set(form, false);
  const all = Array.from(forms, ([form, isWord]) => ({ bytes: encoder.encode(form), isWord }));
  const found = all.filter(({ bytes }) => bytes.length >= 4);
  const byEnd = Map.groupBy(found, ({ bytes }) => wordAt(bytes, bytes.length - 4));
  const inOrder = (of: boolean): Uint8Array[] =>
    found.flatMap(({ bytes, isWord }) => (isWord === of ? [bytes] : [])).toSorted(Buffer.compare);
  return {
    byEnd,
    starts: new Set(found.map(({ bytes }) => wordAt(bytes, 0))),
    anywhere: inOrder(false),
    whole: inOrder(true),
    longest: found.reduce((longest, { bytes }) => Math.max(longest, bytes.length), 0),
    words: found.length === 0 ? [] : [...byEnd.keys(), ...ellipses()],
  };
}

/**
 * Where the longest listed value that ends at `end`, within the text `bytes[floor, ceiling)`, begins; -1 if none does.
 * Where a text was cut (`…`), the beginning of a value is enough.
 */
export function startOfValue(
  listed: ListedValues,
  bytes: Uint8Array,
  text: readonly [floor: number, ceiling: number],
  end: number,
): number {
  if (isEllipsis(bytes, end - ELLIPSIS.length)) return startOfCutValue(listed, bytes, text, end);
  let start = -1;
  for (const { bytes: value, isWord } of listed.byEnd.get(wordAt(bytes, end - 4)) ?? []) {
    const from = end - value.length;
    if (from < text[0] || (start !== -1 && from >= start)) continue;
    if (isAt(value, value.length, bytes, from) && !(isWord && isInWord(bytes, from, end, text))) start = from;
  }
  return start;
}

/** A text that was cut in two places is searched once: an ellipsis before ends the search. */
function startOfCutValue(
  { starts, anywhere, whole, longest }: ListedValues,
  bytes: Uint8Array,
  text: readonly [floor: number, ceiling: number],
  end: number,
): number {
  const cut = end - ELLIPSIS.length;
  const lowest = Math.max(text[0], cut - longest);
  let start = -1;
  for (let from = cut - 4; from >= lowest && !isEllipsis(bytes, from); from--) {
    if (!starts.has(wordAt(bytes, from))) continue;
    const rest = bytes.subarray(from, cut);
    if (beginsOne(rest, anywhere) || (beginsOne(rest, whole) && !isInWord(bytes, from, cut, text)))
      start = from;
  }
  return start;
}

function isEllipsis(bytes: Uint8Array, at: number): boolean {
  return bytes[at + 2] === ELLIPSIS[2] && bytes[at + 1] === ELLIPSIS[1] && bytes[at] === ELLIPSIS[0];
}

/** Whether the first `length` bytes of a value are at `from`. */
function isAt(value: Uint8Array, length: number, bytes: Uint8Array, from: number): boolean {
  for (let i = length - 1; i >= 0; i--) if (value[i] !== bytes[from + i]) return false;
  return true;
}

/** Every word that ends in an ellipsis. */
function ellipses(): number[] {
  return Array.from({ length: 256 }, (_, before) => wordAt(Uint8Array.of(before, ...ELLIPSIS), 0));
}

/** Whether one of `values`, which are in order, begins with `rest`. */
function beginsOne(rest: Uint8Array, values: readonly Uint8Array[]): boolean {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (Buffer.compare(values[middle] ?? rest, rest) < 0) low = middle + 1;
    else high = middle;
  }
  const first = values[low];
  return first !== undefined && first.length >= rest.length && isAt(first, rest.length, rest, 0);
}

function formsOf(value: string): string[] {
  return [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())];
}
