import { put } from '../../src/collect/lines/columns.ts';
import type { ColumnBatch } from '../../src/model/column-batch.ts';
import type { Level } from './line-head.ts';
import { cut, redact } from './redact.ts';
import { logEventDataset, type EventKind } from './schema.ts';

const MAX_MESSAGE = 1024;
// Redaction sees more than is kept, so that no secret is cut in two and missed.
const MAX_READ = 4096;
const decoder = new TextDecoder();

/** The text of `bytes[start, end)` as documents hold it: redacted, at most 1 KiB. */
export function messageText(bytes: Uint8Array, start: number, end: number): string {
  return cut(redact(decoder.decode(bytes.subarray(start, Math.min(end, start + MAX_READ)))), MAX_MESSAGE);
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
