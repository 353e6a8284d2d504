import { wordAt } from './windows.ts';

const encoder = new TextEncoder();

/** What is to go out of a text, `[start, end)` in bytes. */
export type Range = readonly [start: number, end: number];

/** Values to be found in bytes, by the four bytes they end in: ends differ where beginnings (`API-`) are alike. */
export type ListedValues = ReadonlyMap<number, readonly Uint8Array[]>;

/** The values as they are, and as JSON and a URL write them. */
export function listValues(values: Iterable<string>): ListedValues {
  const forms = new Set([...values].flatMap((value) => [value, jsonForm(value), urlForm(value)]));
  const byEnd = new Map<number, Uint8Array[]>();
  for (const form of forms) {
    const bytes = encoder.encode(form);
    if (bytes.length < 4) continue;
    const end = wordAt(bytes, bytes.length - 4);
    const alike = byEnd.get(end);
    if (alike === undefined) byEnd.set(end, [bytes]);
    else alike.push(bytes);
  }
  return byEnd;
}

/** Where the longest listed value that ends at `end`, and does not begin before `floor`, begins; -1 if none does. */
export function startOfValue(listed: ListedValues, bytes: Uint8Array, floor: number, end: number): number {
  let start = -1;
  for (const value of listed.get(wordAt(bytes, end - 4)) ?? []) {
    const from = end - value.length;
    if (from >= floor && (start === -1 || from < start) && isAt(value, bytes, from)) start = from;
  }
  return start;
}

function isAt(value: Uint8Array, bytes: Uint8Array, from: number): boolean {
  for (let i = value.length - 1; i >= 0; i--) if (value[i] !== bytes[from + i]) return false;
  return true;
}

function jsonForm(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

function urlForm(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}
