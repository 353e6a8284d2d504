import type { LineCollector } from '../../../src/collect/contract.ts';
import { defineDataset } from '../../../src/model/dataset.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** What the simulated logs become: one document a line. */
export const lineDataset = defineDataset({
  name: 'line',
  kind: 'event',
  help: 'Lines of a simulated log.',
  dimensions: {},
  fields: { text: { type: 'keyword', help: 'The line.' } },
  derives: {},
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
        const row = table.append(0, offset + at);
        const column = table.texts.get('text');
        if (column !== undefined) column[row] = out.symbols.intern(text);
        at = end + 1;
      }
      return { parsed, folded: 0, skipped: 0, refused: 0 };
    },
  }),
};
