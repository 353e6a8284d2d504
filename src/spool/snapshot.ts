import { gunzipSync, gzipSync } from 'node:zlib';
import type { JsonValue } from '../model/json.ts';
import { encodeFrame } from './frame.ts';

/** What a new segment begins with, so that older ones can go. */
export interface Snapshot {
  /** The last durable position by source. */
  readonly positions: ReadonlyMap<string, JsonValue>;
  /** Documents ever written before this segment. */
  readonly read: number;
}

/** A snapshot as a frame without documents; its body is gzipped JSON. */
export function encodeSnapshot({ positions, read }: Snapshot): Buffer {
  const raw = Buffer.from(JSON.stringify({ read, positions: [...positions] }));
  const body = gzipSync(raw, { level: 1 });
  return encodeFrame({ kind: 'snapshot', meta: { source: '' }, documents: 0, rawLength: raw.length, body });
}

/** The snapshot in a frame's body; undefined when it is none. */
export function decodeSnapshot(body: Uint8Array): Snapshot | undefined {
  try {
    const { read, positions }: { read: number; positions: [string, JsonValue][] } = JSON.parse(
      gunzipSync(body).toString(),
    );
    return { read, positions: new Map(positions) };
  } catch {
    return undefined;
  }
}
