import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { JsonObject } from '../../model/json.ts';
import type { StoredEvent } from './stored-document.ts';

/** Which events to read: the newest first. */
export interface EventQuery {
  readonly dataset?: string;
  readonly tenant?: string;
  /** ms, included. */
  readonly from: number;
  /** ms, included. */
  readonly to: number;
  readonly limit: number;
}

/** An event as it is stored. */
export interface EventRow {
  readonly dataset: string;
  readonly id: string;
  readonly tenant: string;
  /** ms since the epoch. */
  readonly time: number;
  /** The whole document, `@timestamp` included. */
  readonly document: JsonObject;
}

/** The event documents, by dataset and id. */
export class EventTable {
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #expire: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    this.#insert = database.prepare(
      'INSERT OR IGNORE INTO events (dataset, id, time, tenant, document) VALUES (?, ?, ?, ?, ?)',
    );
    this.#expire = database.prepare(
      'DELETE FROM events WHERE number IN (SELECT number FROM events WHERE time < ? LIMIT ?)',
    );
  }

  /** An event that is there already stays as it is. */
  insert({ dataset, id, time, tenant, document }: StoredEvent): void {
    this.#insert.run(dataset, id, time, tenant, document);
  }

  query({ dataset, tenant, from, to, limit }: EventQuery): EventRow[] {
    const conditions = ['time BETWEEN ? AND ?'];
    const values: (string | number)[] = [Math.ceil(from), Math.floor(to)];
    for (const [column, value] of Object.entries({ dataset, tenant })) {
      if (value === undefined) continue;
      conditions.push(`${column} = ?`);
      values.push(value);
    }
    const where = conditions.join(' AND ');
    const text = `SELECT dataset, id, tenant, time, document FROM events WHERE ${where} ORDER BY time DESC, number DESC LIMIT ?`;
    return this.#database
      .prepare(text)
      .all(...values, limit)
      .map((row) => ({
        dataset: String(row['dataset']),
        id: String(row['id']),
        tenant: String(row['tenant']),
        time: Number(row['time']),
        document: JSON.parse(String(row['document'])),
      }));
  }

  /** Removes up to `count` events before `time`; how many they were. */
  expire(time: number, count: number): number {
    return Number(this.#expire.run(time, count).changes);
  }
}
