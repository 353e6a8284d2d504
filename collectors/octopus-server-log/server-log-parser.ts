import { isUtf8 } from 'node:buffer';
import type { LineParser, ParseCounts } from '../../src/collect/contract.ts';
import { LocalTimes } from '../../src/collect/lines/local-times.ts';
import { Needle } from '../../src/collect/lines/needle.ts';
import type { ColumnBatch } from '../../src/model/column-batch.ts';
import { kindOf } from './event-kind.ts';
import { LineHead } from './line-head.ts';
import { appendLogEvent, messageText } from './log-event.ts';
import type { EventKind } from './schema.ts';
import { appendTask, isTask, readTask } from './task-line.ts';
import { WebRequests } from './web-request.ts';

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const NO_BYTES: Buffer = Buffer.alloc(0);

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
  readonly #pool = new Needle('prior to obtaining a connection from the pool');
  #chunk = NO_BYTES;
  #isUtf8 = true;
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
    this.#begin(chunk, out);
    for (let start = 0; start < chunk.length;) {
      const found = this.#chunk.indexOf(NEWLINE, start);
      const newline = found === -1 ? chunk.length : found;
      const end = newline > start && chunk[newline - 1] === RETURN ? newline - 1 : newline;
      counts[this.#line(start, end, offset + start, out)]++;
      start = newline + 1;
    }
    this.#chunk = NO_BYTES;
    return counts;
  }

  #begin(chunk: Uint8Array, out: ColumnBatch): void {
    this.#chunk = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    this.#isUtf8 = isUtf8(chunk);
    this.#tenant = out.symbols.intern(this.#options.tenant);
    this.#requests.begin(out);
    this.#pool.reset(this.#chunk);
  }

  #line(start: number, end: number, offset: number, out: ColumnBatch): keyof ParseCounts {
    if (!this.#isUtf8 && !isUtf8(this.#chunk.subarray(start, end))) return 'refused';
    if (start < end && this.#chunk[start] === 0) return 'refused';
    const kind = this.#head.read(this.#chunk, start, end);
    if (kind === 'entry') return this.#entry(end, offset, out);
    return kind === 'broken' ? 'refused' : this.#continuation(start, end, offset, out);
  }

  #entry(end: number, offset: number, out: ColumnBatch): keyof ParseCounts {
    this.#hasEntry = true;
    this.#poolReported = false;
    const { message, time } = this.#head;
    if (this.#requests.isRequest(this.#chunk, message, end)) {
      if (!this.#requests.read(this.#chunk, message, end)) return 'refused';
      if (!this.#options.emits.webRequest) return 'skipped';
      this.#requests.append(this.#chunk, time, offset, this.#tenant, out);
      return 'parsed';
    }
    const isTaskRow = this.#task(end, offset, out);
    return this.#event(end, offset, out) || isTaskRow ? 'parsed' : 'skipped';
  }

  #task(end: number, offset: number, out: ColumnBatch): boolean {
    const { message, time } = this.#head;
    if (!this.#options.emits.task || !isTask(this.#chunk, message, end)) return false;
    const task = readTask(this.#chunk, message, end);
    if (task !== undefined) appendTask(task, time, offset, this.#tenant, out);
    return task !== undefined;
  }

  #event(end: number, offset: number, out: ColumnBatch): boolean {
    const { message, level } = this.#head;
    if (!this.#options.emits.logEvent || level === 'DEBUG' || level === 'TRACE') return false;
    this.#poolReported = level !== 'INFO' && this.#pool.isIn(message, end);
    const kind = this.#poolReported ? 'sql_pool_exhausted' : kindOf(this.#chunk, message, end);
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
    const message = messageText(this.#chunk, start, end);
    appendLogEvent({ time, offset, level, kind, message }, this.#tenant, out);
  }
}
