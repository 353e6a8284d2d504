import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { ROLLUP_ID } from '../../model/rollup.ts';

/** As a member of the document: within a text, its quotes would be escaped. */
const ROLLUP_ID_IN = new RegExp(`"${ROLLUP_ID}":"([\\w-]+)"`);

/** A document that has an id of ours. */
export interface Identified {
  /** Its place in the body. */
  readonly index: number;
  readonly id: string;
}

/**
 * The documents at `indexes` of a gzipped bulk body, addressed to another stream; the id is the rollup's own or a hash of
 * stream and document, so that the same one sent twice is stored once.
 */
export function readdress(body: Uint8Array, indexes: readonly number[], stream: string): Uint8Array {
  const lines = linesOf(body);
  const picked = indexes.flatMap((index) => {
    const [action, document] = [lines[index * 2] ?? '', lines[index * 2 + 1] ?? ''];
    return [JSON.stringify({ create: { _index: stream, _id: idOf(action, document) } }), document];
  });
  return gzipLines(picked);
}

/** The documents at `indexes` (rising) of a gzipped bulk body. */
export function pickDocuments(body: Uint8Array, indexes: readonly number[]): Uint8Array {
  const lines = linesOf(body);
  return gzipLines(indexes.flatMap((index) => lines.slice(index * 2, index * 2 + 2)));
}

/**
 * The body with an id, the rollup's own or a hash of stream and document, for each document that has none; the body
 * itself where all have one, as events do.
 */
export function addIds(body: Uint8Array): Uint8Array {
  const lines = linesOf(body);
  let added = false;
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const action = lines[at] ?? '';
    if (action.includes('"_id":')) continue;
    lines[at] = `${action.slice(0, -2)},"_id":"${idOf(action, lines[at + 1] ?? '')}"}}`;
    added = true;
  }
  return added ? gzipLines(lines) : body;
}

/** The documents that have an id, by their stream. */
export function idsByStream(body: Uint8Array): Map<string, Identified[]> {
  const streams = new Map<string, Identified[]>();
  for (const [at, line] of linesOf(body).entries()) {
    if (at % 2 !== 0 || !line.includes('"_id":')) continue;
    const action: { create: { _index: string; _id: string } } = JSON.parse(line);
    const { _index: stream, _id: id } = action.create;
    const known = streams.get(stream);
    if (known === undefined) streams.set(stream, [{ index: at / 2, id }]);
    else known.push({ index: at / 2, id });
  }
  return streams;
}

/** A rollup has an id of its own; other documents are told apart by what they say. */
function idOf(action: string, document: string): string {
  return ROLLUP_ID_IN.exec(document)?.[1] ?? hashId(action, document);
}

function hashId(action: string, document: string): string {
  return createHash('sha256').update(action).update(document).digest('base64url').slice(0, 22);
}

/** The lines of a gzipped body, action and document in turn. */
export function linesOf(body: Uint8Array): string[] {
  return gunzipSync(body).toString().split('\n').slice(0, -1);
}

/** Lines as a gzipped body. */
export function gzipLines(lines: readonly string[]): Uint8Array {
  return gzipSync(`${lines.join('\n')}\n`, { level: 1 });
}
