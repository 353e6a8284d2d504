import { crc32 } from 'node:zlib';
import type { Table } from '../model/column-batch.ts';
import { eventId } from '../model/event-id.ts';
import type { Batch } from '../model/ports.ts';
import { ByteWriter } from './byte-writer.ts';
import { writeJsonString, type EscapedSymbols } from './escaped-symbols.ts';

/** The store refuses a whole body for one longer id: index API, `_id` is limited to 512 bytes. */
const MAX_ID_BYTES = 512;
/** Text that is JSON without escapes: what ids of lines are made of. */
const PLAIN = /^[\w-]{1,400}$/;
const DASH = 0x2d;
const QUOTE = 0x22;

/** Writes the ids of documents as JSON strings: a row's own, or that of its line, or one that nothing else has. */
export class DocumentIds {
  readonly #out: ByteWriter;
  readonly #escaped: EscapedSymbols;
  readonly #startedAt: number;
  readonly #prefix = new PlainPrefix();
  #sequence = 0;

  /** @param startedAt ms; part of the ids of rows that have neither an id nor an offset */
  constructor(out: ByteWriter, escaped: EscapedSymbols, startedAt: number) {
    this.#out = out;
    this.#escaped = escaped;
    this.#startedAt = startedAt;
  }

  /** A new batch begins. */
  begin(): void {
    this.#sequence++;
  }

  write(batch: Batch, table: Table, row: number): void {
    const own = table.ids[row] ?? 0;
    const offset = table.offsets[row] ?? Number.NaN;
    if (own !== 0) this.#writeOwn(batch, own);
    else if (batch.idPrefix === undefined || Number.isNaN(offset)) this.#writeText(this.#unique(batch, row));
    else this.#writeOfLine(batch, table.offsets, row);
  }

  #writeOwn({ columns: { symbols } }: Batch, own: number): void {
    if (symbols.end(own) - symbols.start(own) <= MAX_ID_BYTES) this.#escaped.write(own, this.#out);
    else this.#writeText(symbols.text(own));
  }

  /** `<file>-<offset>`, or file and step without a dash; then the index of the row where one line gave several. */
  #writeOfLine({ idPrefix = '', idStep = 1 }: Batch, offsets: Float64Array, row: number): void {
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
  #unique(batch: Batch, row: number): string {
    return [crc32(batch.source), this.#startedAt, this.#sequence, row]
      .map((part) => part.toString(36))
      .join('-');
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
