import type { LineParser, ParseCounts } from '../../src/collect/contract.ts';
import { ColumnBatch } from '../../src/model/column-batch.ts';

/** One row as a document would show it: dataset, offset, time, and the fields that are there. */
export type ParsedRow = Readonly<Record<string, string | number>>;

export interface ParsedLines {
  readonly counts: ParseCounts;
  readonly rows: readonly ParsedRow[];
}

/** Parses the lines as one chunk that begins its file. */
export function parseLines(parser: LineParser, lines: string | Uint8Array): ParsedLines {
  const batch = new ColumnBatch();
  const counts = parser.parse(typeof lines === 'string' ? Buffer.from(lines) : lines, 0, batch);
  return { counts, rows: rowsOf(batch) };
}

/** The rows of a batch in the order of their lines. */
export function rowsOf(batch: ColumnBatch): ParsedRow[] {
  const rows: ParsedRow[] = [];
  for (const table of batch.tables()) {
    for (let row = 0; row < table.rows; row++) {
      const time = new Date(table.times[row]!).toISOString();
      const document: Record<string, string | number> = {
        dataset: table.dataset.name,
        offset: table.offsets[row]!,
        time,
      };
      if (table.ids[row] !== 0) document['id'] = batch.symbols.text(table.ids[row]!);
      for (const [name, column] of [...table.dimensions, ...table.texts]) {
        if (column[row] !== 0) document[name] = batch.symbols.text(column[row]!);
      }
      for (const [name, column] of table.numbers) {
        if (!Number.isNaN(column[row])) document[name] = column[row]!;
      }
      rows.push(document);
    }
  }
  return rows.toSorted((a, b) => Number(a['offset']) - Number(b['offset']));
}
