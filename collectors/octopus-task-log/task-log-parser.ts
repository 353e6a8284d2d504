import type { LineParser, ParseCounts } from '../../src/collect/contract.ts';
import { LineCursor } from '../../src/collect/lines/line-cursor.ts';
import { LocalTimes } from '../../src/collect/lines/local-times.ts';
import { Needle } from '../../src/collect/lines/needle.ts';
import { Stamp } from '../../src/collect/lines/stamp.ts';
import type { ColumnBatch } from '../../src/model/column-batch.ts';
import { BLOCKED_BEGINNINGS, isBlockedMessage, LOCK_REPORTS } from '../../src/octopus/blocked-message.ts';
import { shapeOf } from './line-shape.ts';
import { readEntry, type Entry } from './read-entry.ts';
import type { TaskLogKind } from './schema.ts';
import { TaskLogRows } from './task-log-rows.ts';

/** What a parser emits, and for whom. */
export interface TaskLogOptions {
  readonly tenant: string;
  /** IANA zone of stamps without one; servers write it. */
  readonly timeZone: string;
  readonly emits: boolean;
}

/**
 * Parses one raw task log: a JSON array on each line. Most lines are of no interest and are not decoded; those that may
 * be are, and then told by what they say.
 */
export class TaskLogParser implements LineParser {
  readonly #emits: boolean;
  readonly #lines = new LineCursor();
  readonly #blocked = [...BLOCKED_BEGINNINGS, ...LOCK_REPORTS].map((text) => new Needle(text));
  readonly #times: LocalTimes;
  readonly #stamp: Stamp;
  readonly #rows: TaskLogRows;

  constructor({ tenant, timeZone, emits }: TaskLogOptions) {
    this.#emits = emits;
    this.#times = new LocalTimes(timeZone);
    this.#stamp = new Stamp(this.#times);
    this.#rows = new TaskLogRows(tenant);
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
    this.#rows.begin(out);
    for (const needle of this.#blocked) needle.reset(lines.bytes);
    while (lines.next()) counts[this.#line(offset + lines.start, out)]++;
    return counts;
  }

  #line(offset: number, out: ColumnBatch): keyof ParseCounts {
    const { bytes, start, end, isText } = this.#lines;
    if (start === end) return 'skipped';
    const shape = isText ? shapeOf(bytes, start, end) : 'broken';
    if (shape === 'broken') return 'refused';
    if (shape === 'plain' && !this.#mayBeBlocked(start, end)) return 'skipped';
    const entry = readEntry(bytes.toString('utf8', start, end));
    if (entry === undefined || !this.#readTime(entry)) return 'refused';
    const kind = kindOf(entry);
    if (kind === undefined || !this.#emits) return 'skipped';
    this.#rows.append(entry, kind, this.#stamp.time, offset, out);
    return 'parsed';
  }

  #mayBeBlocked(start: number, end: number): boolean {
    for (const needle of this.#blocked) if (needle.isIn(start, end)) return true;
    return false;
  }

  #readTime({ time }: Entry): boolean {
    const bytes = Buffer.from(time);
    return this.#stamp.read(bytes, 0, bytes.length) && this.#stamp.end === bytes.length;
  }
}

function kindOf({ category, message }: Entry): TaskLogKind | undefined {
  if (isBlockedMessage(message)) return 'task_blocked';
  if (category === 'WRN') return 'warning';
  if (category === 'ERR') return 'error';
  return category === 'FAT' ? 'fatal' : undefined;
}
