import { put } from '../../src/collect/lines/columns.ts';
import type { ColumnBatch } from '../../src/model/column-batch.ts';
import type { Level } from './line-head.ts';
import { logEventDataset, type EventKind } from './schema.ts';

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
