import type { LineParser, ParseCounts } from '../../src/collect/contract.ts';
import { rowsOf, type BatchRow } from '../../src/model/batch-rows.ts';
import { ColumnBatch } from '../../src/model/column-batch.ts';

export interface ParsedLines {
  readonly counts: ParseCounts;
  readonly rows: readonly BatchRow[];
}

/** Parses the lines as one chunk that begins its file. */
export function parseLines(parser: LineParser, lines: string | Uint8Array): ParsedLines {
  const batch = new ColumnBatch();
  const counts = parser.parse(typeof lines === 'string' ? Buffer.from(lines) : lines, 0, batch);
  return { counts, rows: rowsOf(batch) };
}
