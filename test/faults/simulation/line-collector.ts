import type { LineCollector } from '../../../src/collect/contract.ts';
import { defineDataset } from '../../../src/model/dataset.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** 2026-11-21 06:00 UTC; a byte of a log is written every 5 ms. */
const BEGIN = 1_795_240_800_000;
const BYTE_MS = 5;

/** What the simulated logs become: one document a line, and rollups. */
export const lineDataset = defineDataset({
  name: 'line',
  kind: 'event',
  help: 'Lines of a simulated log.',
  dimensions: {},
  fields: {
    text: { type: 'keyword', help: 'The line.' },
    length: { type: 'long', unit: 'bytes', help: 'Its length.' },
  },
  derives: {},
  rollup: { windowMs: 10_000, by: [], of: { length: [64] } },
});

/** Takes every line as it is, without its end. */
export const lineCollector: LineCollector = {
  name: 'lines',
  datasets: [lineDataset],
  createParser: () => ({
    parse(chunk, offset, out) {
      const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length);
      const table = out.table(lineDataset);
      let parsed = 0;
      for (let at = 0; at < bytes.length; parsed++) {
        const newline = bytes.indexOf(NEWLINE, at);
        const end = newline < 0 ? bytes.length : newline;
        const text = bytes.toString('latin1', at, bytes[end - 1] === RETURN ? end - 1 : end);
        const row = table.append(BEGIN + (offset + at) * BYTE_MS, offset + at);
        set(table.texts.get('text'), row, out.symbols.intern(text));
        set(table.dimensions.get('tenant'), row, out.symbols.intern('acme'));
        set(table.numbers.get('length'), row, text.length);
        at = end + 1;
      }
      return { parsed, folded: 0, skipped: 0, refused: 0 };
    },
  }),
};

function set(column: Int32Array | Float64Array | undefined, row: number, value: number): void {
  if (column !== undefined) column[row] = value;
}
