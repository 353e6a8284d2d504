import type { ColumnBatch, Table } from './column-batch.ts';

/** One row as an object: `dataset`, `time` in ISO 8601, `offset` and `id` where it has them, its dimensions and fields. */
export type BatchRow = Readonly<Record<string, string | number>>;

/** The rows of a batch in the order of their lines, absent fields left out: for people and tests, not for many rows. */
export function rowsOf(batch: ColumnBatch): BatchRow[] {
  const rows = [...batch.tables()].flatMap((table) =>
    Array.from({ length: table.rows }, (_, row) => rowOf(batch, table, row)),
  );
  return rows.toSorted((a, b) => Number(a['offset'] ?? 0) - Number(b['offset'] ?? 0));
}

function rowOf({ symbols }: ColumnBatch, table: Table, row: number): BatchRow {
  const { dataset, times, offsets, ids, dimensions, texts, numbers } = table;
  const found: Record<string, string | number> = {
    dataset: dataset.name,
    time: new Date(times[row] ?? 0).toISOString(),
  };
  const id = ids[row] ?? 0;
  if (id !== 0) found['id'] = symbols.text(id);
  for (const [name, column] of [...dimensions, ...texts]) {
    const symbol = column[row] ?? 0;
    if (symbol !== 0) found[name] = symbols.text(symbol);
  }
  for (const [name, column] of [['offset', offsets] as const, ...numbers]) {
    const value = column[row] ?? Number.NaN;
    if (!Number.isNaN(value)) found[name] = value;
  }
  return found;
}
