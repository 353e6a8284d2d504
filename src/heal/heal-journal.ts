import type { DatabaseSync } from 'node:sqlite';
import type { Intent, Outcome, Step } from '../model/plan.ts';

/** One run of a remedy against one episode of an alert, as the journal keeps it. */
export interface HealRecord {
  /** Hash of alert and episode: a heal is started once for each. */
  readonly id: string;
  readonly alertKey: string;
  readonly alertName: string;
  readonly remedy: string;
  readonly tenant: string;
  readonly state: 'planned' | 'working' | 'refused' | 'healed' | 'failed';
  readonly detail: string;
  readonly startedAt: number;
  /** When the page goes out although the heal still works. */
  readonly pageAt: number | null;
  readonly appliedAt: number | null;
  readonly endedAt: number | null;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS heals (
    id TEXT PRIMARY KEY, alertKey TEXT NOT NULL, alertName TEXT NOT NULL, remedy TEXT NOT NULL,
    tenant TEXT NOT NULL, state TEXT NOT NULL, detail TEXT NOT NULL, startedAt INTEGER NOT NULL,
    pageAt INTEGER, appliedAt INTEGER, endedAt INTEGER
  ) STRICT;
  CREATE INDEX IF NOT EXISTS heals_by_start ON heals (startedAt);
  CREATE TABLE IF NOT EXISTS heal_intents (
    stepId TEXT PRIMARY KEY, healId TEXT NOT NULL, step TEXT NOT NULL, at INTEGER NOT NULL,
    outcome TEXT, detail TEXT
  ) STRICT;
`;

const COLUMNS =
  'id, alertKey, alertName, remedy, tenant, state, detail, startedAt, pageAt, appliedAt, endedAt';

/** The durable record of heals: an intent is on disk before its call is made. The database must sync fully. */
export class HealJournal {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(SCHEMA);
  }

  /** Writes a heal as it stands now. */
  save(record: HealRecord): void {
    const marks = COLUMNS.split(', ')
      .map(() => '?')
      .join(', ');
    this.#database
      .prepare(`INSERT OR REPLACE INTO heals (${COLUMNS}) VALUES (${marks})`)
      .run(
        record.id,
        record.alertKey,
        record.alertName,
        record.remedy,
        record.tenant,
        record.state,
        record.detail,
        record.startedAt,
        record.pageAt,
        record.appliedAt,
        record.endedAt,
      );
  }

  /** The newest heals first. */
  recent(limit: number): HealRecord[] {
    return this.#database
      .prepare(`SELECT ${COLUMNS} FROM heals ORDER BY startedAt DESC, rowid DESC LIMIT ?`)
      .all(limit)
      .map(toRecord);
  }

  /** Heals that were at work when the process ended. */
  working(): HealRecord[] {
    return this.#database.prepare(`SELECT ${COLUMNS} FROM heals WHERE state = 'working'`).all().map(toRecord);
  }

  find(id: string): HealRecord | undefined {
    const row = this.#database.prepare(`SELECT ${COLUMNS} FROM heals WHERE id = ?`).get(id);
    return row === undefined ? undefined : toRecord(row);
  }

  writeIntent(healId: string, intent: Intent): void {
    this.#database
      .prepare('INSERT OR REPLACE INTO heal_intents (stepId, healId, step, at) VALUES (?, ?, ?, ?)')
      .run(intent.step.id, healId, JSON.stringify(intent.step), intent.at);
  }

  writeOutcome(stepId: string, outcome: Outcome): void {
    this.#database
      .prepare('UPDATE heal_intents SET outcome = ?, detail = ? WHERE stepId = ?')
      .run(outcome.status, outcome.detail, stepId);
  }

  /** The intents of a heal in their order; one without an outcome was interrupted. */
  intentsOf(healId: string): { intent: Intent; outcome?: Outcome }[] {
    return this.#database
      .prepare('SELECT step, at, outcome, detail FROM heal_intents WHERE healId = ? ORDER BY at, rowid')
      .all(healId)
      .map((row) => {
        const intent = { step: toStep(String(row['step'])), at: Number(row['at']) };
        if (row['outcome'] === null) return { intent };
        const status = row['outcome'] === 'applied' ? 'applied' : 'failed';
        return { intent, outcome: { status, detail: String(row['detail']) } };
      });
  }

  /** Tenants acted on since a time, one entry for each action: what budgets count. */
  actionsSince(time: number): { tenant: string; remedy: string; at: number }[] {
    return this.#database
      .prepare(
        'SELECT h.tenant, h.remedy, i.at FROM heal_intents i JOIN heals h ON h.id = i.healId WHERE i.at >= ?',
      )
      .all(time)
      .map((row) => ({
        tenant: String(row['tenant']),
        remedy: String(row['remedy']),
        at: Number(row['at']),
      }));
  }
}

function toRecord(row: Record<string, unknown>): HealRecord {
  const time = (value: unknown): number | null => (value === null ? null : Number(value));
  return {
    id: String(row['id']),
    alertKey: String(row['alertKey']),
    alertName: String(row['alertName']),
    remedy: String(row['remedy']),
    tenant: String(row['tenant']),
    state: toState(String(row['state'])),
    detail: String(row['detail']),
    startedAt: Number(row['startedAt']),
    pageAt: time(row['pageAt']),
    appliedAt: time(row['appliedAt']),
    endedAt: time(row['endedAt']),
  };
}

const STATES = ['planned', 'working', 'refused', 'healed', 'failed'] as const;

function toState(text: string): HealRecord['state'] {
  return STATES.find((state) => state === text) ?? 'failed';
}

function toStep(text: string): Step {
  const step: Step = JSON.parse(text);
  return step;
}
