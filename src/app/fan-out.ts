import type { ColumnBatch } from '../model/column-batch.ts';
import type { Batch, Clock, PointWriter } from '../model/ports.ts';
import { redactedPosition } from './redacted-position.ts';

/** What a batch reaches besides the spool. */
export interface HeadWriter {
  ingest(columns: Batch['columns'], now: number, read: Pick<Batch, 'source' | 'complete'>): void;
}

/** Takes secrets out of what was read. */
export interface Redact {
  columns(columns: ColumnBatch): void;
  text(text: string): string;
}

/**
 * Writes batches to the spool and to the head, after `redact` took the secrets out of them. Gauges reach the head first,
 * so that rules see while the store is away and the spool is full; events after they are durable, so that a line read
 * again after a crash is not counted twice.
 */
export function fanOut(spool: PointWriter, head: HeadWriter, clock: Clock, redact: Redact): PointWriter {
  return {
    async write(read) {
      redact.columns(read.columns);
      const batch = isOfFile(read)
        ? read
        : { ...read, position: redactedPosition(read.position, redact.text) };
      const hasEvents = [...batch.columns.tables()].some(({ dataset }) => dataset.kind === 'event');
      if (!hasEvents) head.ingest(batch.columns, clock.now(), batch);
      await spool.write(batch);
      if (hasEvents) head.ingest(batch.columns, clock.now(), batch);
    },
  };
}

/** Its position is a place in a file; that of a poll has what was read, such as the version of a server. */
function isOfFile({ idPrefix }: Batch): boolean {
  return idPrefix !== undefined;
}
