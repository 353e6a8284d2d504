import { messageText } from '../../src/collect/lines/message-text.ts';
import { RowWriter } from '../../src/collect/lines/row-writer.ts';
import type { ColumnBatch } from '../../src/model/column-batch.ts';
import { holdersIn } from '../../src/octopus/blocked-message.ts';
import { taskIdOf, type Entry } from './read-entry.ts';
import { TASK_LOG_CATEGORIES, taskLogDataset, type TaskLogKind } from './schema.ts';

const COLUMNS = ['tenant', 'category', 'kind', 'task_id', 'holder', 'message'];
const [TENANT, CATEGORY, KIND, TASK_ID, HOLDER, MESSAGE] = [0, 1, 2, 3, 4, 5];
const CATEGORIES = new Set<string>(TASK_LOG_CATEGORIES);
/** More are not kept: the first tell where to look. */
const MAX_HOLDERS = 20;

/** Writes rows of `task_log`. */
export class TaskLogRows {
  readonly #tenant: string;
  readonly #rows = new RowWriter(taskLogDataset, COLUMNS);

  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  /** Names the batch that rows go to. */
  begin(out: ColumnBatch): void {
    this.#rows.begin(out);
  }

  append(entry: Entry, kind: TaskLogKind, time: number, offset: number, { symbols }: ColumnBatch): void {
    const { category, correlation, message } = entry;
    const rows = this.#rows;
    const taskId = taskIdOf(correlation);
    const holders = kind === 'task_blocked' ? holdersIn(message, taskId).slice(0, MAX_HOLDERS) : [];
    const text = Buffer.from(message);
    rows.append(time, offset);
    rows.symbol(TENANT, symbols.intern(this.#tenant));
    rows.symbol(CATEGORY, symbols.intern(CATEGORIES.has(category) ? category : 'other'));
    rows.symbol(KIND, symbols.intern(kind));
    rows.symbol(TASK_ID, symbols.intern(taskId ?? ''));
    rows.symbol(HOLDER, symbols.intern(holders.join(', ')));
    rows.symbol(MESSAGE, symbols.intern(messageText(text, 0, text.length)));
  }
}
