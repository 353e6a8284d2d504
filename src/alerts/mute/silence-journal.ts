import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import { Failure, messageOf } from '../../model/failure.ts';
import type { Log } from '../../model/ports.ts';
import type { Silence } from '../../model/silence.ts';
import { SilenceEntry } from './silence-entry.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS silences (
    id TEXT PRIMARY KEY, silence TEXT NOT NULL, isSettled INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS silenced_alerts (
    silence TEXT NOT NULL, alert TEXT NOT NULL, PRIMARY KEY (silence, alert)
  ) STRICT, WITHOUT ROWID;
`;

/** The durable record of silences and of the alerts that they mute; what is changed at once is one transaction. */
export class SilenceJournal {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(SCHEMA);
  }

  /** All of them; what is damaged is left out and logged. */
  load(log: Log): SilenceEntry[] {
    const muted = new Map<string, string[]>();
    for (const { silence, alert } of this.#database.prepare('SELECT * FROM silenced_alerts').all())
      muted.set(String(silence), [...(muted.get(String(silence)) ?? []), String(alert)]);
    return this.#database
      .prepare('SELECT * FROM silences ORDER BY id')
      .all()
      .flatMap((row) => {
        try {
          return [toEntry(row, muted.get(String(row['id'])))];
        } catch (error) {
          log.error(
            { silence: row['id'], error: messageOf(error) },
            'a silence in the journal is damaged: it mutes nothing',
          );
          return [];
        }
      });
  }

  /** Writes entries with their muted alerts, and drops silences by id. @throws Failure `disk` */
  save(entries: readonly SilenceEntry[], dropped: readonly string[] = []): void {
    if (entries.length === 0 && dropped.length === 0) return;
    try {
      this.#database.exec('BEGIN IMMEDIATE');
      for (const entry of entries) this.#write(entry);
      for (const id of dropped) this.#drop(id);
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw new Failure('disk', `silences cannot be written down: ${messageOf(error)}`, { cause: error });
    }
    for (const { saved, muted } of entries) replace(saved, muted);
  }

  #write({ silence, isSettled, muted, saved }: SilenceEntry): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO silences (id, silence, isSettled) VALUES (?, ?, ?)')
      .run(silence.id, JSON.stringify(silence), Number(isSettled));
    const insert = this.#database.prepare(
      'INSERT OR IGNORE INTO silenced_alerts (silence, alert) VALUES (?, ?)',
    );
    const remove = this.#database.prepare('DELETE FROM silenced_alerts WHERE silence = ? AND alert = ?');
    for (const key of muted.difference(saved)) insert.run(silence.id, key);
    for (const key of saved.difference(muted)) remove.run(silence.id, key);
  }

  #drop(id: string): void {
    this.#database.prepare('DELETE FROM silences WHERE id = ?').run(id);
    this.#database.prepare('DELETE FROM silenced_alerts WHERE silence = ?').run(id);
  }
}

function toEntry(row: Record<string, SQLOutputValue>, muted: readonly string[] = []): SilenceEntry {
  const silence: Silence = JSON.parse(String(row['silence']));
  return new SilenceEntry(silence, muted, row['isSettled'] === 1);
}

function replace(some: Set<string>, by: ReadonlySet<string>): void {
  some.clear();
  for (const key of by) some.add(key);
}
