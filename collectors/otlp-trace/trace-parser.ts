import { isUtf8 } from 'node:buffer';
import type { LineParser, ParseCounts } from '../../src/collect/contract.ts';
import type { ColumnBatch } from '../../src/model/column-batch.ts';
import { readBatch, type Span } from './otlp.ts';
import { SpanRows } from './span-rows.ts';

const NEWLINE = 0x0a;
/** Ended tasks that are remembered, so that a second span of one is no second task. */
const REMEMBERED = 1000;

/** What a parser emits, and for whom. */
export interface TraceOptions {
  readonly tenant: string;
  /** Which datasets this collector is the source of. */
  readonly emits: { readonly webRequest: boolean; readonly task: boolean; readonly span: boolean };
}

/** Parses one file of OTLP trace batches, one on each line. */
export class TraceParser implements LineParser {
  readonly #emits: TraceOptions['emits'];
  readonly #rows: SpanRows;
  readonly #ended = new Set<string>();

  constructor({ tenant, emits }: TraceOptions) {
    this.#emits = emits;
    this.#rows = new SpanRows(tenant);
  }

  parse(chunk: Uint8Array, offset: number, out: ColumnBatch): ParseCounts {
    const counts: ParseCounts = { parsed: 0, folded: 0, skipped: 0, refused: 0 };
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#rows.begin(out);
    for (let start = 0; start < bytes.length;) {
      const newline = bytes.indexOf(NEWLINE, start);
      const end = newline === -1 ? bytes.length : newline;
      counts[this.#line(bytes.subarray(start, end), offset + start)]++;
      start = end + 1;
    }
    return counts;
  }

  /** A batch that holds a broken span is refused, and its other spans are taken all the same. */
  #line(line: Buffer, offset: number): keyof ParseCounts {
    if (!isUtf8(line)) return 'refused';
    const text = line.toString();
    if (text.trim() === '') return 'skipped';
    const batch = readBatch(text);
    if (batch === undefined) return 'refused';
    let rows = 0;
    for (const span of batch.spans) rows += this.#span(span, offset);
    if (batch.malformed > 0) return 'refused';
    return rows > 0 ? 'parsed' : 'skipped';
  }

  /** How many rows the span became. */
  #span(span: Span, offset: number): number {
    const { webRequest, task, span: notable } = this.#emits;
    let rows = 0;
    if (webRequest && this.#rows.request(span, offset)) rows++;
    if (task && this.#rows.task(span, offset, (id) => this.#isFirst(id))) rows++;
    if (notable && this.#rows.notable(span, offset)) rows++;
    return rows;
  }

  #isFirst(id: string): boolean {
    if (this.#ended.has(id)) return false;
    this.#ended.add(id);
    const [oldest] = this.#ended;
    if (this.#ended.size > REMEMBERED && oldest !== undefined) this.#ended.delete(oldest);
    return true;
  }
}
