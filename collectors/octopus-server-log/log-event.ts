import { put } from '../../src/collect/lines/columns.ts';
import type { ColumnBatch } from '../../src/model/column-batch.ts';
import type { Level } from './line-head.ts';
import { logEventDataset, type EventKind } from './schema.ts';

const MAX_MESSAGE = 4096;
const SPACE = 0x20;
const decoder = new TextDecoder();

/**
 * The text of `bytes[start, end)` as documents hold it, at most 4 KiB: a longer one ends behind a whole word, as half a
 * secret could not be told as one.
 */
export function messageText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= MAX_MESSAGE) return decoder.decode(bytes.subarray(start, end));
  // Room for the ellipsis.
  const limit = start + MAX_MESSAGE - 3;
  const space = bytes.subarray(start, limit + 1).lastIndexOf(SPACE);
  return `${decoder.decode(bytes.subarray(start, start + Math.max(space, 0)))}…`;
}

/** One log event, ready to be appended. */
export interface LogEvent {
  readonly time: number;
  readonly offset: number;
  readonly level: Level;
  readonly kind: EventKind;
  readonly message: string;
}

/** Appends a row of `log_event`; `tenant` is a symbol of `out`. */
export function appendLogEvent(event: LogEvent, tenant: number, out: ColumnBatch): void {
  const table = out.table(logEventDataset);
  const row = table.append(event.time, event.offset);
  put(table.dimensions, 'tenant', row, tenant);
  put(table.dimensions, 'level', row, out.symbols.intern(event.level));
  put(table.dimensions, 'kind', row, out.symbols.intern(event.kind));
  put(table.texts, 'message', row, out.symbols.intern(event.message));
}
