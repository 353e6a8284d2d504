import type { DatabaseSync } from 'node:sqlite';
import type { Alert } from '../model/alert.ts';

/** Keeps alerts of others over a restart. */
export interface ReceivedAlertStore {
  load(): Alert[];
  /** @throws when the disk refuses */
  save(alert: Alert): void;
  remove(key: string): void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS received_alerts (key TEXT PRIMARY KEY, alert TEXT NOT NULL) STRICT;
`;

/** In a table of the journal; a row that is damaged is left out. */
export function createReceivedAlertStore(database: DatabaseSync): ReceivedAlertStore {
  database.exec(SCHEMA);
  return {
    load: () =>
      database
        .prepare('SELECT alert FROM received_alerts')
        .all()
        .flatMap(({ alert }) => toAlert(String(alert))),
    save: (alert) =>
      void database
        .prepare('INSERT OR REPLACE INTO received_alerts (key, alert) VALUES (?, ?)')
        .run(alert.key, JSON.stringify(alert)),
    remove: (key) => void database.prepare('DELETE FROM received_alerts WHERE key = ?').run(key),
  };
}

function toAlert(text: string): Alert[] {
  try {
    const alert: Alert = JSON.parse(text);
    return [alert];
  } catch {
    return [];
  }
}
