import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';

/**
 * The documents at `indexes` of a gzipped bulk body, addressed to another stream; the id is a hash of stream and
 * document, so that the same one sent twice is stored once.
 */
export function readdress(body: Uint8Array, indexes: readonly number[], stream: string): Uint8Array {
  const lines = linesOf(body);
  const picked = indexes.flatMap((index) => {
    const [action, document] = [lines[index * 2] ?? '', lines[index * 2 + 1] ?? ''];
    return [JSON.stringify({ create: { _index: stream, _id: hashId(action, document) } }), document];
  });
  return gzipLines(picked);
}

/** The body with an id, a hash of stream and document, for each document that has none. */
export function addIds(body: Uint8Array): Uint8Array {
  const lines = linesOf(body);
  for (let at = 0; at + 1 < lines.length; at += 2) {
    const action = lines[at] ?? '';
    if (action.includes('"_id":')) continue;
    lines[at] = `${action.slice(0, -2)},"_id":"${hashId(action, lines[at + 1] ?? '')}"}}`;
  }
  return gzipLines(lines);
}

function hashId(action: string, document: string): string {
  return createHash('sha256').update(action).update(document).digest('base64url').slice(0, 22);
}

function linesOf(body: Uint8Array): string[] {
  return gunzipSync(body).toString().split('\n').slice(0, -1);
}

function gzipLines(lines: readonly string[]): Uint8Array {
  return gzipSync(`${lines.join('\n')}\n`, { level: 1 });
}
