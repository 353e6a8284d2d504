import type { DatabaseSync } from 'node:sqlite';
import type { Incident } from '../model/incident.ts';
import type { JsonValue } from '../model/json.ts';

/** What the journal knows of one incident at one notifier of a receiver. */
export interface LaneRecord {
  /** Incident key and notifier. */
  readonly lane: string;
  readonly receiver: string;
  /** What the notifier accepted last, or may have accepted; undefined before that. */
  readonly accepted?: Incident;
  /** ms; undefined while it is in doubt what the receiver knows. */
  readonly acceptedAt?: number;
  readonly receipt?: JsonValue;
  /** What was being sent, with its outcome not known: after a crash it is sent again under the same sequence. */
  readonly intent?: Incident;
  /**
   * The number of the last notification that was begun, the source of `Incident.sequence`. Begins at the time in ms, so
   * that a receiver never meets an old one again, even after the journal was lost.
   */
  readonly begun: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS notifications (
    lane TEXT PRIMARY KEY, receiver TEXT NOT NULL, accepted TEXT, acceptedAt INTEGER, receipt TEXT,
    intent TEXT, begun INTEGER NOT NULL
  ) STRICT;
`;

/** The durable record of what was sent: an intent is on disk before its send, a receipt after it. */
export class NotificationJournal {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(SCHEMA);
  }

  /** Every incident that a receiver may believe to be open. */
  open(): LaneRecord[] {
    return this.#database
      .prepare('SELECT * FROM notifications')
      .all()
      .map(toRecord)
      .filter(
        ({ intent, accepted }) =>
          intent !== undefined || (accepted !== undefined && accepted.status !== 'resolved'),
      );
  }

  find(lane: string): LaneRecord | undefined {
    const row = this.#database.prepare('SELECT * FROM notifications WHERE lane = ?').get(lane);
    return row === undefined ? undefined : toRecord(row);
  }

  save(record: LaneRecord): void {
    const { lane, receiver, accepted, acceptedAt, receipt, intent, begun } = record;
    this.#database
      .prepare(
        'INSERT OR REPLACE INTO notifications (lane, receiver, accepted, acceptedAt, receipt, intent, begun) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(lane, receiver, toText(accepted), acceptedAt ?? null, toText(receipt), toText(intent), begun);
  }

  /** Forgets incidents that were resolved before `time`, and those that never reached anybody. */
  expire(time: number): void {
    this.#database
      .prepare(
        `DELETE FROM notifications
         WHERE intent IS NULL AND (accepted IS NULL OR (acceptedAt < ? AND accepted ->> '$.status' = 'resolved'))`,
      )
      .run(time);
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

function contentsOf({ accepted, acceptedAt, receipt, intent }: Record<string, unknown>): Partial<LaneRecord> {
  return {
    ...(typeof accepted === 'string' ? { accepted: toIncident(accepted) } : {}),
    ...(typeof acceptedAt === 'number' ? { acceptedAt } : {}),
    ...(typeof receipt === 'string' ? { receipt: toJson(receipt) } : {}),
    ...(typeof intent === 'string' ? { intent: toIncident(intent) } : {}),
  };
}

function toIncident(text: string): Incident {
  const incident: Incident = JSON.parse(text);
  return incident;
}

function toJson(text: string): JsonValue {
  const value: JsonValue = JSON.parse(text);
  return value;
}
