import { crc32 } from 'node:zlib';
import type { Table } from '../model/column-batch.ts';
import type { Dataset } from '../model/dataset.ts';
import { eventId } from '../model/event-id.ts';
import type { Batch } from '../model/ports.ts';
import { ByteWriter, isWritableTime } from './byte-writer.ts';
import { EscapedSymbols, writeJsonString } from './escaped-symbols.ts';
import { tableLayout, type NumberForm, type TableLayout } from './table-layout.ts';

/** The store refuses a whole body for one longer id: index API, `_id` is limited to 512 bytes. */
const MAX_ID_BYTES = 512;
/** Text that is JSON without escapes: what ids of lines are made of. */
const PLAIN = /^[\w-]+$/;
const ID_KEY = Buffer.from(',"_id":');
const TIME_KEY = Buffer.from('{"@timestamp":"');
const END_ACTION = Buffer.from('}}\n');
const END_DOCUMENT = Buffer.from('}\n');
const OPEN_DOCUMENT = Buffer.from('{');

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
  readonly key: Buffer;
  readonly values: T;
  readonly form: NumberForm;
}

interface Columns {
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
  #sequence = 0;

  constructor(options: BulkEncoderOptions) {
    this.#options = options;
    this.#out = new ByteWriter(options.partBytes + 64 * 1024);
  }

  /** The parts of a batch, at least one; consume them at once. */
  *encode(batch: Batch): Iterable<BodyPart> {
    this.#escaped.reset(batch.columns.symbols);
    this.#out.clear();
    this.#sequence++;
    let documents = 0;
    for (const table of batch.columns.tables()) {
      const layout = this.#layout(table);
      const columns = columnsOf(table, layout);
      let repeat = 0;
      for (let row = 0; row < table.rows; row++, documents++) {
        if (this.#out.length >= this.#options.partBytes) {
          yield { raw: this.#out.view(), documents, last: false };
          this.#out.clear();
          documents = 0;
        }
        repeat = row > 0 && table.offsets[row] === table.offsets[row - 1] ? repeat + 1 : 0;
        this.#out.bytes(layout.action);
        if (layout.withId) this.#writeId(batch, table, row, repeat);
        this.#out.bytes(END_ACTION);
        this.#writeDocument(table.times[row] ?? Number.NaN, columns, row);
      }
    }
    yield { raw: this.#out.view(), documents, last: true };
  }

  #layout(table: Table): TableLayout {
    let layout = this.#layouts.get(table.dataset);
    if (layout === undefined) {
      const names = [...table.dimensions.keys(), ...table.numbers.keys(), ...table.texts.keys()];
      layout = tableLayout(table.dataset, names, this.#options.namespace);
      this.#layouts.set(table.dataset, layout);
    }
    return layout;
  }

  #writeId(batch: Batch, table: Table, row: number, repeat: number): void {
    this.#out.bytes(ID_KEY);
    const { symbols } = batch.columns;
    const own = table.ids[row] ?? 0;
    if (own !== 0 && symbols.bytes(own).length <= MAX_ID_BYTES) return this.#escaped.write(own, this.#out);
    const text =
      own === 0 ? (offsetId(batch, table, row, repeat) ?? this.#uniqueId(batch, row)) : symbols.text(own);
    if (text.length <= MAX_ID_BYTES && PLAIN.test(text)) return this.#out.ascii(`"${text}"`);
    const id = Buffer.from(text);
    writeJsonString(id.length > MAX_ID_BYTES ? Buffer.from(eventId(text)) : id, this.#out);
  }

  /** The id of a row that nothing identifies: the body keeps it, so that a second delivery is no second document. */
  #uniqueId(batch: Batch, row: number): string {
    return [crc32(batch.source), this.#options.startedAt, this.#sequence, row]
      .map((part) => part.toString(36))
      .join('-');
  }

  #writeDocument(time: number, columns: Columns, row: number): void {
    const out = this.#out;
    const start = out.length;
    if (isWritableTime(time)) {
      out.bytes(TIME_KEY);
      out.time(time);
      out.byte(0x22);
    } else out.bytes(OPEN_DOCUMENT);
    const empty = out.length === start + 1;
    this.#writeFields(columns, row, empty);
    out.bytes(END_DOCUMENT);
  }

  #writeFields(columns: Columns, row: number, empty: boolean): void {
    const out = this.#out;
    let first = empty;
    for (const { key, values } of columns.symbols) {
      const symbol = values[row] ?? 0;
      if (symbol === 0) continue;
      out.bytes(first ? key.subarray(1) : key);
      first = false;
      this.#escaped.write(symbol, out);
    }
    for (const { key, values, form } of columns.numbers) {
      const value = values[row] ?? Number.NaN;
      if (!isWritable(value, form)) continue;
      out.bytes(first ? key.subarray(1) : key);
      first = false;
      writeNumber(value, form, out);
    }
  }
}

function columnsOf(table: Table, layout: TableLayout): Columns {
  const column = <T>([name, values]: [string, T]): Column<T> => ({
    key: layout.keys.get(name) ?? Buffer.from(`,${JSON.stringify(name)}:`),
    values,
    form: layout.forms.get(name) ?? 'number',
  });
  return {
    symbols: [...table.dimensions, ...table.texts].map(column),
    numbers: [...table.numbers].map(column),
  };
}

/** `<file>-<offset>`, and the index of the row where one line gave several. */
function offsetId(batch: Batch, table: Table, row: number, repeat: number): string | undefined {
  const offset = table.offsets[row] ?? Number.NaN;
  if (batch.idPrefix === undefined || Number.isNaN(offset)) return undefined;
  return `${batch.idPrefix}-${offset.toString(36)}${repeat === 0 ? '' : `-${repeat}`}`;
}

function isWritable(value: number, form: NumberForm): boolean {
  return form === 'date' ? isWritableTime(value) : Number.isFinite(value);
}

function writeNumber(value: number, form: NumberForm, out: ByteWriter): void {
  if (form === 'boolean') out.ascii(value === 0 ? 'false' : 'true');
  else if (form === 'number') out.number(value);
  else {
    out.byte(0x22);
    out.time(value);
    out.byte(0x22);
  }
}
