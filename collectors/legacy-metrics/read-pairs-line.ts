import type { LineValues } from './line-values.ts';

/** Tried at the beginning of words only: from within them a long word would be read again and again. */
const NAME = /(?<![\w@.-])([\w@.-]+)=/g;
/** With `\"` for a quote. */
const QUOTED = /"((?:[^"\\]|\\.)*)"/y;
const BARE = /[^\s,;]*/y;

/**
 * Reads `Timestamp=… TaskId=… State="…"` into `values`, a value bare or in quotes; false for a line without a pair, or
 * whose last quote is not closed: it was cut.
 */
export function readPairsLine(bytes: Uint8Array, start: number, end: number, values: LineValues): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
  const pairs: [string, string][] = [];
  NAME.lastIndex = 0;
  for (let name = NAME.exec(text); name !== null; name = NAME.exec(text)) {
    const value = valueAt(text, NAME.lastIndex);
    if (value === undefined) return false;
    pairs.push([name[1] ?? '', value.text]);
    NAME.lastIndex = value.end;
  }
  values.clear(bytes);
  values.assign(pairs);
  return pairs.length > 0;
}

function valueAt(text: string, at: number): { readonly text: string; readonly end: number } | undefined {
  const form = text[at] === '"' ? QUOTED : BARE;
  form.lastIndex = at;
  const match = form.exec(text);
  if (match === null) return undefined;
  return { text: match[1]?.replaceAll(/\\(.)/g, '$1') ?? match[0], end: form.lastIndex };
}
