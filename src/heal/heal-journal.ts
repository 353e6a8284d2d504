import type { DatabaseSync } from 'node:sqlite';
import { Failure, messageOf } from '../model/failure.ts';
import type { Person } from '../model/on-call.ts';
import type { Intent, Outcome, Step } from '../model/plan.ts';
import type { HealRecord } from './heal-record.ts';

/** No heal acts longer than this after its start, ms, restarts included. */
const LONGEST_HEAL_MS = 24 * 3_600_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS heals (
    id TEXT PRIMARY KEY, alertKey TEXT NOT NULL, alertName TEXT NOT NULL, remedy TEXT NOT NULL,
    tenant TEXT NOT NULL, state TEXT NOT NULL, detail TEXT NOT NULL, startedAt INTEGER NOT NULL,
    pageAt INTEGER, appliedAt INTEGER, endedAt INTEGER, askedBy TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS heals_by_start ON heals (startedAt);
  CREATE TABLE IF NOT EXISTS heal_intents (
    stepId TEXT PRIMARY KEY, healId TEXT NOT NULL, step TEXT NOT NULL, at INTEGER NOT NULL,
    outcome TEXT, detail TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS heal_intents_by_heal ON heal_intents (healId);
`;

const COLUMNS =
  'id, alertKey, alertName, remedy, tenant, state, detail, startedAt, pageAt, appliedAt, endedAt, askedBy';

/** The durable record of heals: an intent is on disk before its call is made. The database must sync fully. */
export class HealJournal {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.exec(SCHEMA);
    addColumn(database, 'heals', 'askedBy', 'TEXT');
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
        record.by === null ? null : JSON.stringify(record.by),
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

  /** @throws Failure `rejected` for a step that was begun before, `disk` when it cannot be written: do not act then */
  writeIntent(healId: string, { step, at }: Intent): void {
    try {
      this.#database
        .prepare('INSERT INTO heal_intents (stepId, healId, step, at) VALUES (?, ?, ?, ?)')
        .run(step.id, healId, JSON.stringify(step), at);
    } catch (error) {
      if (/UNIQUE/.test(messageOf(error)))
        throw new Failure('rejected', `${step.description}: begun before, not repeated`, { cause: error });
      throw new Failure('disk', `not written down, so not done: ${messageOf(error)}`, { cause: error });
    }
  }

  /** An intent that is known to have had no effect was never there. */
  forgetIntent(stepId: string): void {
    this.#database.prepare('DELETE FROM heal_intents WHERE stepId = ?').run(stepId);
  }

  writeOutcome(stepId: string, outcome: Outcome): void {
    this.#database
      .prepare('UPDATE heal_intents SET outcome = ?, detail = ? WHERE stepId = ?')
      .run(outcome.status, outcome.detail, stepId);
  }

  hasIntents(healId: string): boolean {
    return this.#database.prepare('SELECT 1 FROM heal_intents WHERE healId = ?').get(healId) !== undefined;
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

  /**
   * Heals that acted since a time, or are about to, one entry each with its tenant: what budgets count.
   * The heal `except` is left out: it is the one that asks.
   */
  actionsSince(time: number, except = ''): { tenant: string; remedy: string; at: number }[] {
    return this.#database
      .prepare(
        `SELECT h.tenant, h.remedy, COALESCE(MIN(i.at), h.startedAt) AS firstAt
         FROM heals h LEFT JOIN heal_intents i ON i.healId = h.id
         WHERE h.startedAt >= ? AND h.id <> ? AND (i.stepId IS NOT NULL OR h.state = 'working')
         GROUP BY h.id HAVING firstAt >= ? ORDER BY firstAt`,
      )
      .all(time - LONGEST_HEAL_MS, except, time)
      .map((row) => ({
        tenant: String(row['tenant']),
        remedy: String(row['remedy']),
        at: Number(row['firstAt']),
      }));
  }

  /** Forgets heals that ended before `time`. */
  expire(time: number): void {
    this.#database
      .prepare('DELETE FROM heal_intents WHERE healId IN (SELECT id FROM heals WHERE endedAt < ?)')
      .run(time);
    this.#database.prepare('DELETE FROM heals WHERE endedAt < ?').run(time);
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
    by: typeof row['askedBy'] === 'string' ? toPerson(row['askedBy']) : null,
  };
}

/** Adds a column that a table of an older version does not have. */
function addColumn(database: DatabaseSync, table: string, column: string, type: string): void {
  const columns = database.prepare(`PRAGMA table_info(${table})`).all();
  if (!columns.some(({ name }) => name === column))
    database.exec(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`);
}

const STATES = ['planned', 'working', 'refused', 'healed', 'failed'] as const;

function toState(text: string): HealRecord['state'] {
  return STATES.find((state) => state === text) ?? 'failed';
}

function toPerson(text: string): Person {
  const person: Person = JSON.parse(text);
  return person;
}

function toStep(text: string): Step {
  const step: Step = JSON.parse(text);
  return step;
}
