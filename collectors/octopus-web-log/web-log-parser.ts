import { isUtf8 } from 'node:buffer';
import type { LineParser, ParseCounts } from '../../src/collect/contract.ts';
import { bytesOf, startsWith } from '../../src/collect/lines/bytes.ts';
import type { ColumnBatch } from '../../src/model/column-batch.ts';
import { columnsOf, MAX_COLUMNS, USUAL_COLUMNS, type WebLogColumns } from './web-log-columns.ts';
import { WebLogRows } from './web-log-rows.ts';

const TAB = 0x09;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const HASH = 0x23;
const FIELDS = bytesOf('#Fields:');

/** What a parser emits, and for whom. */
export interface WebLogOptions {
  readonly tenant: string;
  /** Whether this collector is the source of web requests. */
  readonly emits: boolean;
}

/** Parses one `Web-YYYY-MM-DD.log`: tab separated, in the order that the last `#Fields` line before a row declares. */
export class WebLogParser implements LineParser {
  readonly #options: WebLogOptions;
  readonly #rows = new WebLogRows();
  /** Where the columns of the line begin, and where one behind the last would. */
  readonly #bounds = new Int32Array(MAX_COLUMNS + 1);
  /** How many columns the line has, those that found no room included. */
  #count = 0;
  /** Undefined where a needed one is not declared. A file that is read on from its middle has the usual ones. */
  #columns: WebLogColumns | undefined = columnsOf(USUAL_COLUMNS);
  #isUtf8 = true;
  #tenant = 0;

  constructor(options: WebLogOptions) {
    this.#options = options;
  }

  parse(chunk: Uint8Array, offset: number, out: ColumnBatch): ParseCounts {
    const counts: ParseCounts = { parsed: 0, folded: 0, skipped: 0, refused: 0 };
    this.#isUtf8 = isUtf8(chunk);
    this.#tenant = out.symbols.intern(this.#options.tenant);
    this.#rows.begin(out);
    for (let start = 0; start < chunk.length;) {
      const newline = this.#split(chunk, start);
      const end = newline > start && chunk[newline - 1] === RETURN ? newline - 1 : newline;
      counts[this.#line(chunk, start, end, offset + start, out)]++;
      start = newline + 1;
    }
    return counts;
  }

  /** Finds the columns of the line at `start`, and its end: of the newline, or of the chunk. */
  #split(bytes: Uint8Array, start: number): number {
    const bounds = this.#bounds;
    bounds[0] = start;
    let count = 1;
    let i = start;
    for (; i < bytes.length; i++) {
      const byte = bytes[i] ?? 0;
      if (byte > NEWLINE) continue;
      if (byte === NEWLINE) break;
      if (byte === TAB && count++ < MAX_COLUMNS) bounds[count - 1] = i + 1;
    }
    this.#count = count;
    return i;
  }

  #line(bytes: Uint8Array, start: number, end: number, offset: number, out: ColumnBatch): keyof ParseCounts {
    if (start === end) return 'skipped';
    if (!this.#isUtf8 && !isUtf8(bytes.subarray(start, end))) return 'refused';
    if (bytes[start] === HASH) {
      if (startsWith(bytes, start, end, FIELDS)) this.#declare(bytes.subarray(start + FIELDS.length, end));
      return 'skipped';
    }
    const columns = this.#columns;
    if (columns === undefined || this.#count !== columns.count) return 'refused';
    this.#bounds[this.#count] = end + 1;
    if (!this.#rows.read(bytes, this.#bounds, columns)) return 'refused';
    if (!this.#options.emits) return 'skipped';
    this.#rows.append(bytes, this.#bounds, columns, offset, this.#tenant, out);
    return 'parsed';
  }

  #declare(fields: Uint8Array): void {
    this.#columns = columnsOf(new TextDecoder().decode(fields));
  }
}
