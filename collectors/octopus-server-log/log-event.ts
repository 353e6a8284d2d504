import { RowWriter } from '../../src/collect/lines/row-writer.ts';
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

/** Writes rows of `log_event`. */
export class LogEventRows {
  readonly #rows = new RowWriter(logEventDataset, ['tenant', 'level', 'kind', 'message']);

  begin(out: ColumnBatch): void {
    this.#rows.begin(out);
  }

  /** @param tenant a symbol of the batch */
  append(event: LogEvent, tenant: number, { symbols }: ColumnBatch): void {
    const rows = this.#rows;
    rows.append(event.time, event.offset);
    rows.symbol(0, tenant);
    rows.symbol(1, symbols.intern(event.level));
    rows.symbol(2, symbols.intern(event.kind));
    rows.symbol(3, symbols.intern(event.message));
  }
}
