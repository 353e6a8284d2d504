import { hash } from 'node:crypto';
import type { Disk } from '../model/ports.ts';

const CHUNK_BYTES = 256 * 1024;
const NEWLINE = 0x0a;
const ID_LENGTH = 12;
const ACTION = Buffer.from(',"action":');
const DOCUMENT = Buffer.from(',"document":');

/** A dead letter as a person looks at it. */
export interface DeadLetterInfo {
  /** Names the letter for a replay; letters that are alike share one. */
  readonly id: string;
  /** When it was written, ISO 8601. */
  readonly at: string;
  /** Why the store refused it. */
  readonly reason: string;
  /** Where it was to go: the data stream. */
  readonly stream: string;
  /** Undefined for documents whose ids the store makes. */
  readonly documentId: string | undefined;
}

/** Which letters: those that match all that is given. */
export interface DeadLetterFilter {
  readonly ids?: readonly string[];
  readonly stream?: string;
  /** A part of the reason. */
  readonly reason?: string;
}

/** The lines of a file without their ends, some 256 KiB in memory at a time; none when there is no file. */
export async function* readLines(disk: Disk, path: string): AsyncIterable<Buffer> {
  if ((await disk.stat(path))?.kind !== 'file') return;
  const file = await disk.open(path, 'read');
  try {
    const chunk = Buffer.alloc(CHUNK_BYTES);
    let rest = Buffer.alloc(0);
    for (let at = 0; ;) {
      const count = await file.read(chunk, at);
      if (count === 0) break;
      at += count;
      const bytes = Buffer.concat([rest, chunk.subarray(0, count)]);
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
        yield bytes.subarray(start, end);
        start = end + 1;
      }
      rest = bytes.subarray(start);
    }
    if (rest.length > 0) yield rest;
  } finally {
    await file.close();
  }
}

/** What a line says; undefined for one that is no letter, such as one torn by a crash. */
export function letterInfo(line: Buffer): DeadLetterInfo | undefined {
  try {
    const { at, reason, action }: Parsed = JSON.parse(line.toString());
    const { _index: stream, _id: documentId } = action.create;
    return { id: hash('sha1', line, 'hex').slice(0, ID_LENGTH), at, reason, stream, documentId };
  } catch {
    return undefined;
  }
}

/** The bulk lines in a letter's line, byte for byte as they were sent. No text in JSON can look like the keys. */
export function bulkLines(line: Buffer): Buffer {
  const action = line.indexOf(ACTION);
  const document = line.indexOf(DOCUMENT, action);
  return Buffer.concat([
    line.subarray(action + ACTION.length, document),
    Uint8Array.of(NEWLINE),
    line.subarray(document + DOCUMENT.length, -1),
    Uint8Array.of(NEWLINE),
  ]);
}

/** Whether a letter is one of those that are asked for. */
export function matchesFilter(letter: DeadLetterInfo, { ids, stream, reason }: DeadLetterFilter): boolean {
  if (ids !== undefined && !ids.includes(letter.id)) return false;
  if (stream !== undefined && letter.stream !== stream) return false;
  return reason === undefined || letter.reason.includes(reason);
}

interface Parsed {
  readonly at: string;
  readonly reason: string;
  readonly action: { readonly create: { readonly _index: string; readonly _id?: string } };
}
