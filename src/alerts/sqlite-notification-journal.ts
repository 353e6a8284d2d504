import type { DatabaseSync } from 'node:sqlite';
import type { Incident } from '../model/incident.ts';
import type { JsonValue } from '../model/json.ts';
import type { Acknowledgement } from '../model/on-call.ts';
import { mayBeOpen, type LaneRecord, type NotificationJournal } from './notification-journal.ts';
import { incidentDetails } from './page/incident-details.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS notifications (
    lane TEXT PRIMARY KEY, receiver TEXT NOT NULL, accepted TEXT, acceptedAt INTEGER, receipt TEXT,
    intent TEXT, begun INTEGER NOT NULL, failingSince INTEGER
  ) STRICT;
  CREATE TABLE IF NOT EXISTS acknowledgements (incident TEXT PRIMARY KEY, acknowledgement TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS folding_states (
    kind TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, PRIMARY KEY (kind, name)
  ) STRICT;
`;
const SAVE = `
  INSERT OR REPLACE INTO notifications (lane, receiver, accepted, acceptedAt, receipt, intent, begun, failingSince)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

/** The journal in a table of the agent's database. */
export class SqliteNotificationJournal implements NotificationJournal {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(SCHEMA);
    const columns = database.prepare('PRAGMA table_info(notifications)').all();
    // A table from before failures were dated.
    if (!columns.some(({ name }) => name === 'failingSince'))
      database.exec('ALTER TABLE notifications ADD COLUMN failingSince INTEGER');
  }

  open(): LaneRecord[] {
    return this.#database.prepare('SELECT * FROM notifications').all().map(toRecord).filter(mayBeOpen);
  }

  find(lane: string): LaneRecord | undefined {
    const row = this.#database.prepare('SELECT * FROM notifications WHERE lane = ?').get(lane);
    return row === undefined ? undefined : toRecord(row);
  }

  save(record: LaneRecord): void {
    const { lane, receiver, accepted, acceptedAt, receipt, intent, begun, failingSince } = record;
    const texts = [toText(accepted), acceptedAt ?? null, toText(receipt), toText(intent)] as const;
    this.#database.prepare(SAVE).run(lane, receiver, ...texts, begun, failingSince ?? null);
  }

  expire(time: number): void {
    this.#database
      .prepare(
        `DELETE FROM notifications
         WHERE intent IS NULL AND (accepted IS NULL OR (acceptedAt < ? AND accepted ->> '$.status' = 'resolved'))`,
      )
      .run(time);
  }

  acknowledgements(): Map<string, Acknowledgement> {
    const rows = this.#database.prepare('SELECT * FROM acknowledgements').all();
    return new Map(rows.flatMap(toAcknowledgement));
  }

  saveAcknowledgement(incident: string, acknowledgement: Acknowledgement | undefined): void {
    if (acknowledgement === undefined)
      this.#database.prepare('DELETE FROM acknowledgements WHERE incident = ?').run(incident);
    else
      this.#database
        .prepare('INSERT OR REPLACE INTO acknowledgements (incident, acknowledgement) VALUES (?, ?)')
        .run(incident, JSON.stringify(acknowledgement));
  }

  states(): [kind: string, name: string, state: string][] {
    const rows = this.#database.prepare('SELECT kind, name, state FROM folding_states').all();
    return rows.map(({ kind, name, state }) => [String(kind), String(name), String(state)]);
  }

  saveState(kind: string, name: string, state: string | undefined): void {
    if (state === undefined)
      this.#database.prepare('DELETE FROM folding_states WHERE kind = ? AND name = ?').run(kind, name);
    else
      this.#database
        .prepare('INSERT OR REPLACE INTO folding_states (kind, name, state) VALUES (?, ?, ?)')
        .run(kind, name, state);
  }
}

function toAcknowledgement({
  incident,
  acknowledgement,
}: Record<string, unknown>): [string, Acknowledgement][] {
  try {
    return [[String(incident), JSON.parse(String(acknowledgement))]];
  } catch {
    // Text that is damaged: nobody has taken it.
    return [];
  }
}

function toText(value: object | JsonValue | undefined): string | null {
  return value === undefined ? null : JSON.stringify(value);
}

function toRecord(row: Record<string, unknown>): LaneRecord {
  const record = {
    lane: String(row['lane']),
    receiver: String(row['receiver']),
    begun: Number(row['begun']),
  };
  try {
    return { ...record, ...contentsOf(row) };
  } catch {
    // Text that is damaged: the receiver is told anew.
    return record;
  }
}

function contentsOf(row: Record<string, unknown>): Partial<LaneRecord> {
  const { accepted, acceptedAt, receipt, intent, failingSince } = row;
  return {
    ...(typeof accepted === 'string' ? { accepted: toIncident(accepted) } : {}),
    ...(typeof acceptedAt === 'number' ? { acceptedAt } : {}),
    ...(typeof receipt === 'string' ? { receipt: toJson(receipt) } : {}),
    ...(typeof intent === 'string' ? { intent: toIncident(intent) } : {}),
    ...(typeof failingSince === 'number' ? { failingSince } : {}),
  };
}

function toIncident(text: string): Incident {
  const { details, ...incident }: Omit<Incident, 'details'> & Partial<Incident> = JSON.parse(text);
  const { key, summary, alerts, externalUrl } = incident;
  // One that was told before incidents had details.
  return { ...incident, details: details ?? incidentDetails(key, summary, alerts, externalUrl) };
}

function toJson(text: string): JsonValue {
  const value: JsonValue = JSON.parse(text);
  return value;
}
