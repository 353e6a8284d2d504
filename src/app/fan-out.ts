import type { ColumnBatch } from '../model/column-batch.ts';
import type { Batch, Clock, PointWriter } from '../model/ports.ts';

/** What a batch reaches besides the spool. */
export interface HeadWriter {
  ingest(columns: Batch['columns'], now: number, read: Pick<Batch, 'source' | 'complete'>): void;
}

/**
 * Writes batches to the spool and to the head, after `redact` took the secrets out of them. Gauges reach the head first,
 * so that rules see while the store is away and the spool is full; events after they are durable, so that a line read
 * again after a crash is not counted twice.
 */
export function fanOut(
  spool: PointWriter,
  head: HeadWriter,
  clock: Clock,
  redact: (columns: ColumnBatch) => void,
): PointWriter {
  return {
    async write(batch) {
      redact(batch.columns);
      const hasEvents = [...batch.columns.tables()].some(({ dataset }) => dataset.kind === 'event');
      if (!hasEvents) head.ingest(batch.columns, clock.now(), batch);
      await spool.write(batch);
      if (hasEvents) head.ingest(batch.columns, clock.now(), batch);
    },
  };
}
