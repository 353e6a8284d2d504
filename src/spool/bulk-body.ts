import type { Table } from '../model/column-batch.ts';
import type { Dataset } from '../model/dataset.ts';
import type { Batch } from '../model/ports.ts';
import { ByteWriter, isWritableTime } from './byte-writer.ts';
import { DocumentIds } from './document-ids.ts';
import { EscapedSymbols } from './escaped-symbols.ts';
import { tableLayout, type Fragment, type NumberForm, type TableLayout } from './table-layout.ts';

const QUOTE = 0x22;
const OPEN = 0x7b;
const COMMON = new ByteWriter(64);
const END_ACTION = common('}}\n');
const END_ACTION_TIME_KEY = common('}}\n{"@timestamp":"');
const END_DOCUMENT = common('}\n');

export interface BulkEncoderOptions {
  readonly namespace: string;
  /** Part of the ids of events that have neither an id nor an offset: when this encoder began, ms. */
  readonly startedAt: number;
  /** Bytes of raw body above which a part ends. */
  readonly partBytes: number;
}

/** One bulk body; `raw` is a view, valid until the next part is asked for. */
export interface BodyPart {
  readonly raw: Uint8Array;
  readonly documents: number;
  /** No other part of the batch follows. */
  readonly last: boolean;
}

interface Column<T> {
  readonly key: Fragment;
  readonly values: T;
  readonly form: NumberForm;
}

/** A table as the encoder goes through it. */
interface Rows {
  readonly table: Table;
  readonly layout: TableLayout;
  readonly symbols: readonly Column<Int32Array>[];
  readonly numbers: readonly Column<Float64Array>[];
}

/**
 * Encodes batches as NDJSON bulk bodies: a `create` action line and a document line per row.
 * Source: Elasticsearch 8.19, "Bulk index or delete documents".
 */
export class BulkEncoder {
  readonly #options: BulkEncoderOptions;
  readonly #out: ByteWriter;
  readonly #escaped = new EscapedSymbols();
  readonly #ids: DocumentIds;
  readonly #layouts = new Map<Dataset, TableLayout>();

  constructor(options: BulkEncoderOptions) {
    this.#options = options;
    this.#out = new ByteWriter(64 * 1024);
    this.#ids = new DocumentIds(this.#out, this.#escaped, options.startedAt);
  }

  /** The parts of a batch, at least one; consume them at once. */
  *encode(batch: Batch): Iterable<BodyPart> {
    const out = this.#out;
    this.#escaped.reset(batch.columns.symbols);
    out.clear();
    this.#ids.begin();
    let documents = 0;
    for (const table of batch.columns.tables()) {
      const rows = this.#rowsOf(table);
      for (let row = 0; row < table.rows;) {
        if (out.length >= this.#options.partBytes) {
          yield { raw: out.view(), documents, last: false };
          out.clear();
          documents = 0;
        }
        const next = this.#writeRows(batch, rows, row);
        documents += next - row;
        row = next;
      }
    }
    yield { raw: out.view(), documents, last: true };
  }

  #rowsOf(table: Table): Rows {
    let layout = this.#layouts.get(table.dataset);
    if (layout === undefined) {
      layout = tableLayout(table, this.#options.namespace);
      this.#layouts.set(table.dataset, layout);
    }
    const { keys, forms } = layout;
    const column = <T>([name, values]: [string, T]): Column<T> => ({
      key: keys.get(name) ?? { start: 0, end: 0 },
      values,
      form: forms.get(name) ?? 'number',
    });
    return {
      table,
      layout,
      symbols: [...table.dimensions, ...table.texts].map(column),
      numbers: [...table.numbers].map(column),
    };
  }

  /** Writes rows until the part is full; the first row that was not written. */
  #writeRows(batch: Batch, rows: Rows, from: number): number {
    const out = this.#out;
    const { layout, table } = rows;
    const { partBytes } = this.#options;
    const count = table.rows;
    let row = from;
    for (; row < count && out.length < partBytes; row++) {
      out.range(layout.text, layout.action.start, layout.action.end);
      if (layout.withId) this.#ids.write(batch, table, row);
      this.#writeDocument(rows, row);
    }
    return row;
  }

  /** Ends the action line, and writes the document. */
  #writeDocument(rows: Rows, row: number): void {
    const out = this.#out;
    const time = rows.table.times[row] ?? Number.NaN;
    const timed = isWritableTime(time);
    if (timed) {
      out.range(COMMON, END_ACTION_TIME_KEY.start, END_ACTION_TIME_KEY.end);
      out.time(time);
      out.byte(QUOTE);
    } else {
      out.range(COMMON, END_ACTION.start, END_ACTION.end);
      out.byte(OPEN);
    }
    this.#writeFields(rows, row, !timed);
    out.range(COMMON, END_DOCUMENT.start, END_DOCUMENT.end);
  }

  #writeFields({ symbols, numbers, layout: { text } }: Rows, row: number, empty: boolean): void {
    const out = this.#out;
    let comma = empty ? 1 : 0;
    for (let i = 0; i < symbols.length; i++) {
      const column = symbols[i];
      const symbol = column?.values[row] ?? 0;
      if (column === undefined || symbol === 0) continue;
      out.range(text, column.key.start + comma, column.key.end);
      comma = 0;
      this.#escaped.write(symbol, out);
    }
    for (let i = 0; i < numbers.length; i++) {
      const column = numbers[i];
      const value = column?.values[row] ?? Number.NaN;
      if (column === undefined || !isWritable(value, column.form)) continue;
      out.range(text, column.key.start + comma, column.key.end);
      comma = 0;
      writeNumber(value, column.form, out);
    }
  }
}

function isWritable(value: number, form: NumberForm): boolean {
  return form === 'date' ? isWritableTime(value) : Number.isFinite(value);
}

function writeNumber(value: number, form: NumberForm, out: ByteWriter): void {
  if (form === 'boolean') out.ascii(value === 0 ? 'false' : 'true');
  else if (form === 'number') out.number(value);
  else {
    out.byte(QUOTE);
    out.time(value);
    out.byte(QUOTE);
  }
}

function common(text: string): Fragment {
  const start = COMMON.length;
  COMMON.ascii(text);
  return { start, end: COMMON.length };
}
