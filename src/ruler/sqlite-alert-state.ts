import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { AlertState } from '../model/alert.ts';
import { Failure, messageOf } from '../model/failure.ts';
import type { Labels } from '../model/labels.ts';
import type { AlertStateChanges, AlertStateStore, SavedAlert } from './saved-alert.ts';

const SCHEMA = `CREATE TABLE IF NOT EXISTS alert_state (
  key TEXT PRIMARY KEY,
  alert_group TEXT NOT NULL,
  rule TEXT NOT NULL,
  rule_key TEXT NOT NULL,
  state TEXT NOT NULL,
  labels TEXT NOT NULL,
  annotations TEXT NOT NULL,
  value TEXT NOT NULL,
  active_at REAL NOT NULL,
  fired_at REAL,
  resolved_at REAL,
  held_since REAL,
  keep_firing_since REAL,
  scope TEXT
) STRICT, WITHOUT ROWID`;

const UPSERT = `INSERT OR REPLACE INTO alert_state VALUES (
  :key, :group, :rule, :ruleKey, :state, :labels, :annotations, :value,
  :activeAt, :firedAt, :resolvedAt, :heldSince, :keepFiringSince, :scope)`;

type Row = Record<string, SQLOutputValue>;

/** The state of alerts in a table of `database`; each save is one transaction. Durability is the database's `synchronous`. */
export function createSqliteAlertState(database: DatabaseSync): AlertStateStore {
  database.exec(SCHEMA);
  addScope(database);
  const upsert = database.prepare(UPSERT);
  const remove = database.prepare('DELETE FROM alert_state WHERE key = ?');
  const select = database.prepare('SELECT * FROM alert_state ORDER BY key');

  function save({ saved, removed }: AlertStateChanges): void {
    if (saved.length === 0 && removed.length === 0) return;
    try {
      database.exec('BEGIN IMMEDIATE');
      for (const key of removed) remove.run(key);
      for (const alert of saved) upsert.run(toRow(alert));
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw new Failure('disk', `cannot save the state of alerts: ${messageOf(error)}`, { cause: error });
    }
  }

  return { save, load: () => select.all().map(fromRow) };
}

/** Tables of earlier versions have no such column. */
function addScope(database: DatabaseSync): void {
  const columns = database.prepare(`SELECT name FROM pragma_table_info('alert_state')`).all();
  if (!columns.some(({ name }) => name === 'scope'))
    database.exec('ALTER TABLE alert_state ADD COLUMN scope TEXT');
}

function toRow(alert: SavedAlert): Record<string, string | number | null> {
  return {
    key: alert.key,
    group: alert.group,
    rule: alert.rule,
    ruleKey: alert.ruleKey,
    state: alert.state,
    labels: JSON.stringify(alert.labels),
    annotations: JSON.stringify(alert.annotations),
    // As text, because SQLite has no NaN.
    value: String(alert.value),
    activeAt: alert.activeAt,
    firedAt: alert.firedAt ?? null,
    resolvedAt: alert.resolvedAt ?? null,
    heldSince: alert.heldSince ?? null,
    keepFiringSince: alert.keepFiringSince ?? null,
    scope: alert.scope === undefined ? null : JSON.stringify(alert.scope),
  };
}

function fromRow(row: Row): SavedAlert {
  return {
    key: text(row['key']),
    group: text(row['alert_group']),
    rule: text(row['rule']),
    ruleKey: text(row['rule_key']),
    state: stateOf(text(row['state'])),
    labels: labelsOf(text(row['labels'])),
    annotations: labelsOf(text(row['annotations'])),
    value: Number(text(row['value'])),
    activeAt: Number(row['active_at']),
    ...moment('firedAt', row['fired_at']),
    ...moment('resolvedAt', row['resolved_at']),
    ...moment('heldSince', row['held_since']),
    ...moment('keepFiringSince', row['keep_firing_since']),
    ...(typeof row['scope'] === 'string' ? { scope: labelsOf(row['scope']) } : {}),
  };
}

function moment<const N extends string>(name: N, value: SQLOutputValue | undefined): { [K in N]?: number } {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return (typeof value === 'number' ? { [name]: value } : {}) as { [K in N]?: number };
}

function text(value: SQLOutputValue | undefined): string {
  if (typeof value === 'string') return value;
  throw new Failure('malformed', 'the table alert_state holds no text where one belongs');
}

function stateOf(word: string): AlertState {
  return word === 'pending' || word === 'firing' ? word : 'resolved';
}

function labelsOf(json: string): Labels {
  const parsed: unknown = JSON.parse(json);
  if (typeof parsed !== 'object' || parsed === null)
    throw new Failure('malformed', 'the table alert_state holds bad labels');
  return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]));
}
