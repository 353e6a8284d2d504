import type { LineParser, ParseCounts } from '../../src/collect/contract.ts';
import { LineCursor } from '../../src/collect/lines/line-cursor.ts';
import { LocalTimes } from '../../src/collect/lines/local-times.ts';
import { messageText } from '../../src/collect/lines/message-text.ts';
import { Needle } from '../../src/collect/lines/needle.ts';
import type { ColumnBatch } from '../../src/model/column-batch.ts';
import { kindOf } from './event-kind.ts';
import { LineHead } from './line-head.ts';
import { LogEventRows } from './log-event.ts';
import type { EventKind } from './schema.ts';
import { isTask, readTask, TaskRows } from './task-line.ts';
import { WebRequests } from './web-request.ts';

/** What a parser emits, and for whom. */
export interface ServerLogOptions {
  readonly tenant: string;
  /** IANA zone of stamps without one. */
  readonly timeZone: string;
  /** Which datasets this collector is the source of. */
  readonly emits: { readonly webRequest: boolean; readonly task: boolean; readonly logEvent: boolean };
}

/** Parses one `OctopusServer.txt`, of any version. */
export class ServerLogParser implements LineParser {
  readonly #options: ServerLogOptions;
  readonly #times: LocalTimes;
  readonly #head: LineHead;
  readonly #requests = new WebRequests();
  readonly #tasks = new TaskRows();
  readonly #events = new LogEventRows();
  readonly #pool = new Needle('prior to obtaining a connection from the pool');
  readonly #lines = new LineCursor();
  #tenant = 0;
  /** Whether there is an entry that a continuation can belong to, and whether it was reported as a pool's exhaustion. */
  #hasEntry = false;
  #poolReported = false;

  constructor(options: ServerLogOptions) {
    this.#options = options;
    this.#times = new LocalTimes(options.timeZone);
    this.#head = new LineHead(this.#times);
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
    this.#requests.begin(out);
    this.#tasks.begin(out);
    this.#events.begin(out);
    this.#pool.reset(lines.bytes);
    while (lines.next()) counts[this.#line(lines.start, lines.end, offset + lines.start, out)]++;
    return counts;
  }

  #line(start: number, end: number, offset: number, out: ColumnBatch): keyof ParseCounts {
    const { bytes } = this.#lines;
    if (!this.#lines.isText || (start < end && bytes[start] === 0)) return 'refused';
    const kind = this.#head.read(bytes, start, end);
    if (kind === 'entry') return this.#entry(end, offset, out);
    return kind === 'broken' ? 'refused' : this.#continuation(start, end, offset, out);
  }

  #entry(end: number, offset: number, out: ColumnBatch): keyof ParseCounts {
    this.#hasEntry = true;
    this.#poolReported = false;
    const { message, time } = this.#head;
    if (this.#requests.isRequest(this.#lines.bytes, message, end)) {
      if (!this.#requests.read(this.#lines.bytes, message, end)) return 'refused';
      if (!this.#options.emits.webRequest) return 'skipped';
      this.#requests.append(this.#lines.bytes, time, offset, this.#tenant, out);
      return 'parsed';
    }
    const isTaskRow = this.#task(end, offset, out);
    return this.#event(end, offset, out) || isTaskRow ? 'parsed' : 'skipped';
  }

  #task(end: number, offset: number, out: ColumnBatch): boolean {
    const { message, time } = this.#head;
    if (!this.#options.emits.task || !isTask(this.#lines.bytes, message, end)) return false;
    const task = readTask(this.#lines.bytes, message, end);
    if (task !== undefined) this.#tasks.append(task, time, offset, this.#tenant, out);
    return task !== undefined;
  }

  #event(end: number, offset: number, out: ColumnBatch): boolean {
    const { message, level } = this.#head;
    if (!this.#options.emits.logEvent || level === 'DEBUG' || level === 'TRACE') return false;
    this.#poolReported = level !== 'INFO' && this.#pool.isIn(message, end);
    const kind = this.#poolReported ? 'sql_pool_exhausted' : kindOf(this.#lines.bytes, message, end);
    if (level === 'INFO' && kind === 'other') return false;
    this.#append(kind, message, end, offset, out);
    return true;
  }

  /** Folds a line into its entry, unless it is the one of an exception that tells what the trouble is. */
  #continuation(start: number, end: number, offset: number, out: ColumnBatch): keyof ParseCounts {
    if (!this.#hasEntry || this.#poolReported || !this.#options.emits.logEvent) return 'folded';
    if (!this.#pool.isIn(start, end)) return 'folded';
    this.#poolReported = true;
    this.#append('sql_pool_exhausted', start, end, offset, out);
    return 'parsed';
  }

  #append(kind: EventKind, start: number, end: number, offset: number, out: ColumnBatch): void {
    const { time, level } = this.#head;
    const message = messageText(this.#lines.bytes, start, end);
    this.#events.append({ time, offset, level, kind, message }, this.#tenant, out);
  }
}
