import { gzipSync } from 'node:zlib';
import type { Batch } from '../model/ports.ts';
import type { BulkEncoder } from './bulk-body.ts';
import { framePieces, type FrameInput } from './frame.ts';
import type { OpenWindows } from './rollups/open-windows.ts';
import type { Entry } from './segment-writer.ts';

const NEWLINE = 0x0a;
const SMALL_BYTES = 4096;
/** The source of rollup documents. */
const ROLLUPS = 'rollups';

/** A frame to write, its body compressed. */
export function entryOf(
  frame: Omit<FrameInput, 'body' | 'rawLength'> & { readonly raw: Uint8Array },
  written?: () => void,
): Entry {
  const { raw, meta, documents } = frame;
  const body = documents === 0 ? new Uint8Array(0) : gzipSync(raw, { level: 1, ...memoryFor(raw.length) });
  const pieces = framePieces({ ...frame, rawLength: raw.length, body });
  const length = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return { meta, documents, pieces, length, ...(written === undefined ? {} : { written }) };
}

/**
 * The frames of a batch. Position, refused lines and contribution go with the last: without it all is read again.
 * @param at when they are written, ms
 * @param added called when the contribution is durable
 */
export function batchEntries(
  batch: Batch,
  encoder: BulkEncoder,
  at: number,
  contribution: Uint8Array | undefined,
  added: () => void,
): Entry[] {
  const { source, position, refused = 0 } = batch;
  const entries: Entry[] = [];
  for (const { raw, documents, last } of encoder.encode(batch)) {
    const frame = { kind: 'rows', documents, raw } as const;
    if (!last) entries.push(entryOf({ ...frame, meta: { source, at } }));
    else {
      const meta = { source, at, position, ...(refused === 0 ? {} : { refused }) };
      const section = contribution === undefined ? {} : { contribution };
      entries.push(entryOf({ ...frame, ...section, meta }, added));
    }
  }
  return entries;
}

/** A short body needs no window of 32 KiB: to make one takes longer than to compress what a poll yields. */
function memoryFor(length: number): { windowBits: number; memLevel: number } | undefined {
  return length > SMALL_BYTES ? undefined : { windowBits: 12, memLevel: 4 };
}

/** How many documents a bulk body has: an action line and a document line each. */
export function countDocuments(lines: Uint8Array): number {
  let newlines = 0;
  for (let at = lines.indexOf(NEWLINE); at >= 0; at = lines.indexOf(NEWLINE, at + 1)) newlines++;
  return Math.floor(newlines / 2);
}

/**
 * The documents of the next rollup windows that have ended by `now` (ms); undefined when none has. They are closed once
 * the frame is durable.
 */
export function rollupEntry(rollups: OpenWindows, now: number, at: number): Entry | undefined {
  const emission = rollups.due(now);
  if (emission === undefined) return undefined;
  const { lines, documents, closed } = emission;
  const meta = { source: ROLLUPS, at, closed };
  return entryOf({ kind: 'rollup', meta, documents, raw: lines }, () => rollups.close(closed));
}
