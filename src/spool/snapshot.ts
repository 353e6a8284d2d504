import { gunzipSync, gzipSync } from 'node:zlib';
import type { JsonValue } from '../model/json.ts';
import { encodeFrame } from './frame.ts';
import { EARLIER, ledgerSource } from './ledger.ts';
import type { Place } from './marks.ts';
import { Tally } from './tally.ts';

/** What a new segment begins with, so that older ones can go. */
export interface Snapshot {
  /** The last durable position by source. */
  readonly positions: ReadonlyMap<string, JsonValue>;
  /** Documents ever written before this segment, and refused lines, by collector and tenant. */
  readonly read: Tally;
  /** Of `read`: the refused lines. */
  readonly refused: Tally;
  /** Where the segment before ended for good: what a failed write may have left behind there is not read. */
  readonly end?: Place;
  /** Rollup windows that were open. */
  readonly windows?: JsonValue;
}

interface Written {
  /** Version 1 had one number. */
  readonly read: readonly (readonly [string, number])[] | number;
  readonly refused?: readonly (readonly [string, number])[];
  readonly positions: readonly (readonly [string, JsonValue])[];
  readonly end?: Place;
  readonly windows?: JsonValue;
}

/** A snapshot as a frame without documents; its body is gzipped JSON. */
export function encodeSnapshot({ positions, read, refused, end, windows }: Snapshot): Buffer {
  const written: Written = {
    read: [...read],
    refused: [...refused],
    positions: [...positions],
    ...(end === undefined ? {} : { end }),
    ...(windows === undefined ? {} : { windows }),
  };
  const raw = Buffer.from(JSON.stringify(written));
  const body = gzipSync(raw, { level: 1 });
  return encodeFrame({ kind: 'snapshot', meta: { source: '' }, documents: 0, rawLength: raw.length, body });
}

/** The snapshot in a frame's body; undefined when it is none. */
export function decodeSnapshot(body: Uint8Array): Snapshot | undefined {
  try {
    const { read, refused, positions, ...rest }: Written = JSON.parse(gunzipSync(body).toString());
    return {
      ...rest,
      read: tallyOf(typeof read === 'number' ? [[EARLIER, read]] : read),
      refused: tallyOf(refused),
      positions: new Map(positions),
    };
  } catch {
    return undefined;
  }
}

/** An older version had a ledger for each tenant of a poll. */
function tallyOf(counts: Iterable<readonly [string, number]> = []): Tally {
  return new Tally(Array.from(counts, ([source, count]) => [ledgerSource(source), count]));
}
