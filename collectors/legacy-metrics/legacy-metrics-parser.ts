import type { LineParser, ParseCounts } from '../../src/collect/contract.ts';
import { decimal } from '../../src/collect/lines/bytes.ts';
import { LineCursor } from '../../src/collect/lines/line-cursor.ts';
import { LocalTimes } from '../../src/collect/lines/local-times.ts';
import { Stamp } from '../../src/collect/lines/stamp.ts';
import { timeSpan } from '../../src/collect/lines/time-span.ts';
import type { ColumnBatch } from '../../src/model/column-batch.ts';
import { fieldNumber, type FieldsByName } from './fields.ts';
import { LineValues } from './line-values.ts';
import { TaskRows } from './task-rows.ts';
import { WebRows } from './web-rows.ts';

const TIMESTAMP = fieldNumber('timestamp');
const DURATION = fieldNumber('duration');
const QUEUE_WAIT = fieldNumber('queue_wait');

/** Finds the values of one line; false for a line that is not of the format. */
export type ReadLine = (bytes: Uint8Array, start: number, end: number, values: LineValues) => boolean;

export interface LegacyMetricsParserOptions {
  readonly tenant: string;
  /** IANA zone of stamps without one. */
  readonly timeZone: string;
  readonly readLine: ReadLine;
  readonly fields: FieldsByName;
  /** Plain numbers as durations are so many to a second: 1000 for ms. */
  readonly perSecond: number;
  /** Which datasets this collector is the source of. */
  readonly emits: { readonly webRequest: boolean; readonly task: boolean };
}

/** Parses the metrics file of servers 2018.2 to 2020.4, in whichever of its forms was configured. */
export class LegacyMetricsParser implements LineParser {
  readonly #options: LegacyMetricsParserOptions;
  readonly #lines = new LineCursor();
  readonly #values: LineValues;
  readonly #times: LocalTimes;
  readonly #stamp: Stamp;
  readonly #web = new WebRows();
  readonly #tasks: TaskRows;
  #tenant = 0;

  constructor(options: LegacyMetricsParserOptions) {
    this.#options = options;
    this.#values = new LineValues(options.fields);
    this.#times = new LocalTimes(options.timeZone);
    this.#stamp = new Stamp(this.#times);
    this.#tasks = new TaskRows(options.tenant);
  }

  get lastTime(): number | undefined {
    return this.#times.last;
  }

  set lastTime(time: number | undefined) {
    this.#times.last = time;
  }

  parse(chunk: Uint8Array, offset: number, out: ColumnBatch): ParseCounts {
    const counts: ParseCounts = { parsed: 0, folded: 0, skipped: 0, refused: 0 };
    const lines = this.#lines;
    lines.begin(chunk);
    this.#tenant = out.symbols.intern(this.#options.tenant);
    this.#web.begin(out);
    this.#tasks.begin(out);
    while (lines.next()) counts[lines.isText ? this.#line(offset + lines.start, out) : 'refused']++;
    return counts;
  }

  #line(offset: number, out: ColumnBatch): keyof ParseCounts {
    const { bytes, start, end } = this.#lines;
    if (start === end) return 'skipped';
    const values = this.#values;
    if (!this.#options.readLine(bytes, start, end, values)) return 'refused';
    const isRequest = this.#web.takes(values);
    if (!isRequest && !this.#tasks.takes(values)) return 'skipped';
    const at = values.start(TIMESTAMP);
    if (!this.#stamp.read(values.bytes, at, values.end(TIMESTAMP))) return 'refused';
    return isRequest ? this.#request(offset, out) : this.#task(offset, out);
  }

  #request(offset: number, out: ColumnBatch): keyof ParseCounts {
    if (!this.#options.emits.webRequest) return 'skipped';
    const seconds = this.#seconds(DURATION);
    const { time } = this.#stamp;
    return this.#web.append(this.#values, time, offset, this.#tenant, seconds, out) ? 'parsed' : 'refused';
  }

  #task(offset: number, out: ColumnBatch): keyof ParseCounts {
    if (!this.#options.emits.task) return 'skipped';
    const { time } = this.#stamp;
    if (!this.#tasks.append(this.#values, time, offset, this.#tenant, out)) return 'skipped';
    this.#tasks.took(this.#seconds(DURATION), this.#seconds(QUEUE_WAIT));
    return 'parsed';
  }

  /** A number in the configured unit, or a .NET TimeSpan; NaN where there is none. */
  #seconds(field: number): number {
    const values = this.#values;
    const { bytes } = values;
    const start = values.start(field);
    const end = values.end(field);
    if (start === end) return Number.NaN;
    const number = decimal(bytes, start, end);
    return Number.isNaN(number) ? timeSpan(bytes, start, end) : number / this.#options.perSecond;
  }
}
