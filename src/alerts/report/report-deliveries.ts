import type { DatabaseSync } from 'node:sqlite';

/** Who got the report of which week: in the journal, so that nobody gets it twice after a restart. */
export class ReportDeliveries {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(`
      CREATE TABLE IF NOT EXISTS report_deliveries (
        week TEXT NOT NULL, target TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (week, target)
      ) STRICT, WITHOUT ROWID;
      CREATE TABLE IF NOT EXISTS report_beginning (
        only INTEGER PRIMARY KEY CHECK (only = 1), at INTEGER NOT NULL
      ) STRICT;
    `);
  }

  /** Since when reports are sent at all (ms); what was due before that is owed to nobody. It begins with the first call. */
  since(now: number): number {
    this.#database.prepare('INSERT OR IGNORE INTO report_beginning (only, at) VALUES (1, ?)').run(now);
    return Number(this.#database.prepare('SELECT at FROM report_beginning').get()?.['at'] ?? now);
  }

  has(week: string, target: string): boolean {
    const row = this.#database
      .prepare('SELECT 1 FROM report_deliveries WHERE week = ? AND target = ?')
      .get(week, target);
    return row !== undefined;
  }

  save(week: string, target: string, at: number): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO report_deliveries (week, target, at) VALUES (?, ?, ?)')
      .run(week, target, at);
  }

  expire(before: number): void {
    this.#database.prepare('DELETE FROM report_deliveries WHERE at < ?').run(before);
  }
}
