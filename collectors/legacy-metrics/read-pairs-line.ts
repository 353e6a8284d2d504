import type { LineValues } from './line-values.ts';

/** `name=value`, the value bare or in quotes (with `\"` for a quote in it). */
const PAIR = /([\w@.-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,;]*))/g;

/** Reads `Timestamp=… TaskId=… State="…"` into `values`; false for a line without a pair. */
export function readPairsLine(bytes: Uint8Array, start: number, end: number, values: LineValues): boolean {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + start, end - start).toString();
  const pairs = [...text.matchAll(PAIR)].map(([, name = '', quoted, bare = '']) => {
    return [name, quoted?.replaceAll(/\\(.)/g, '$1') ?? bare] as const;
  });
  values.clear(bytes);
  values.assign(pairs);
  return pairs.length > 0;
}
