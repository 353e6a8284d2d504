import { crc32 } from 'node:zlib';
import type { Table } from '../model/column-batch.ts';
import type { Dataset } from '../model/dataset.ts';
import { eventId } from '../model/event-id.ts';
import type { Batch } from '../model/ports.ts';
import { ByteWriter, isWritableTime } from './byte-writer.ts';
import { EscapedSymbols, writeJsonString } from './escaped-symbols.ts';
import { tableLayout, type Fragment, type NumberForm, type TableLayout } from './table-layout.ts';

/** The store refuses a whole body for one longer id: index API, `_id` is limited to 512 bytes. */
const MAX_ID_BYTES = 512;
/** Text that is JSON without escapes: what ids of lines are made of. */
const PLAIN = /^[\w-]{1,400}$/;
const DASH = 0x2d;
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
  readonly #layouts = new Map<Dataset, TableLayout>();
  readonly #prefix = new PlainPrefix();
  #sequence = 0;

  constructor(options: BulkEncoderOptions) {
    this.#options = options;
    this.#out = new ByteWriter(64 * 1024);
  }

  /** The parts of a batch, at least one; consume them at once. */
  *encode(batch: Batch): Iterable<BodyPart> {
    const out = this.#out;
    this.#escaped.reset(batch.columns.symbols);
    out.clear();
    this.#sequence++;
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
      if (layout.withId) this.#writeId(batch, table, row);
      this.#writeDocument(rows, row);
    }
    return row;
  }

  #writeId(batch: Batch, table: Table, row: number): void {
    const own = table.ids[row] ?? 0;
    const offset = table.offsets[row] ?? Number.NaN;
    if (own !== 0) this.#writeOwnId(batch, own);
    else if (batch.idPrefix === undefined || Number.isNaN(offset))
      this.#writeText(this.#uniqueId(batch, row));
    else this.#writeOffsetId(batch, table.offsets, row);
  }

  #writeOwnId({ columns: { symbols } }: Batch, own: number): void {
    if (symbols.end(own) - symbols.start(own) <= MAX_ID_BYTES) this.#escaped.write(own, this.#out);
    else this.#writeText(symbols.text(own));
  }

  /** `<file>-<offset>`, or file and step without a dash; then the index of the row where one line gave several. */
  #writeOffsetId({ idPrefix = '', idStep = 1 }: Batch, offsets: Float64Array, row: number): void {
    const place = Math.floor((offsets[row] ?? 0) / idStep);
    let repeat = 0;
    while (repeat < row && Math.floor((offsets[row - repeat - 1] ?? 0) / idStep) === place) repeat++;
    if (!this.#prefix.is(idPrefix))
      return this.#writeText(`${idPrefix}-${place.toString(36)}${repeat === 0 ? '' : `-${repeat}`}`);
    const out = this.#out;
    this.#prefix.write(out);
    if (idStep > 1) out.digits64(place);
    else {
      out.byte(DASH);
      out.base36(place);
    }
    if (repeat > 0) {
      out.byte(DASH);
      out.number(repeat);
    }
    out.byte(QUOTE);
  }

  #writeText(text: string): void {
    if (PLAIN.test(text)) return this.#out.ascii(`"${text}"`);
    const id = Buffer.from(text);
    writeJsonString(id.length > MAX_ID_BYTES ? Buffer.from(eventId(text)) : id, this.#out);
  }

  /** The id of a row that nothing identifies: the body keeps it, so that a second delivery is no second document. */
  #uniqueId(batch: Batch, row: number): string {
    return [crc32(batch.source), this.#options.startedAt, this.#sequence, row]
      .map((part) => part.toString(36))
      .join('-');
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

/** `"prefix` of ids, kept as bytes from one row to the next. */
class PlainPrefix {
  readonly #bytes = new ByteWriter(512);
  #text: string | undefined;

  /** Whether `text` can be written as it is; it is what `write` writes then. */
  is(text: string): boolean {
    if (text === this.#text) return true;
    if (!PLAIN.test(text)) return false;
    this.#text = text;
    this.#bytes.clear();
    this.#bytes.ascii(`"${text}`);
    return true;
  }

  write(out: ByteWriter): void {
    out.range(this.#bytes, 0, this.#bytes.length);
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
