import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { Failure, messageOf } from '../../model/failure.ts';
import type { PastIncident } from '../../model/incident.ts';
import type { AuditEntry } from '../../model/on-call.ts';
import type { IncidentEntry, IncidentLog, IncidentStory, PageEntry, WakingEntries } from './incident-log.ts';
import { readRows, toAudit, toIncident, toPage, toPast, type Row } from './log-rows.ts';

/** How long what happened is remembered, ms: a year can be compared with the one before it. */
export const INCIDENT_LOG_KEEPS_MS = 400 * 86_400_000;
/** No table keeps more rows than this, however young: the oldest go first. */
const MOST_ROWS = 100_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS incidents (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL, receiver TEXT NOT NULL, alertname TEXT NOT NULL, tenant TEXT,
    team TEXT, severity TEXT NOT NULL, summary TEXT NOT NULL, startedAt INTEGER NOT NULL, endedAt INTEGER,
    ended TEXT, acknowledged TEXT, UNIQUE (key, receiver, startedAt)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS incidents_by_start ON incidents (startedAt);
  CREATE INDEX IF NOT EXISTS incidents_by_rule ON incidents (alertname, endedAt);
  CREATE INDEX IF NOT EXISTS incidents_by_tenant ON incidents (alertname, tenant, endedAt);
  CREATE INDEX IF NOT EXISTS incidents_of_tenant ON incidents (tenant, startedAt);
  CREATE INDEX IF NOT EXISTS incidents_by_end ON incidents (key, endedAt);
  CREATE INDEX IF NOT EXISTS incidents_open ON incidents (startedAt) WHERE endedAt IS NULL;
  CREATE TABLE IF NOT EXISTS pages (
    number INTEGER PRIMARY KEY, at INTEGER NOT NULL, key TEXT NOT NULL, receiver TEXT NOT NULL, kind TEXT NOT NULL,
    wakes INTEGER NOT NULL, route TEXT NOT NULL, rule TEXT NOT NULL, tenant TEXT, team TEXT, summary TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS pages_by_time ON pages (at);
  CREATE INDEX IF NOT EXISTS pages_by_key ON pages (key, at);
  CREATE INDEX IF NOT EXISTS pages_that_wake ON pages (at) WHERE wakes = 1;
  CREATE TABLE IF NOT EXISTS audit (
    number INTEGER PRIMARY KEY, at INTEGER NOT NULL, by TEXT NOT NULL, action TEXT NOT NULL, subject TEXT NOT NULL,
    detail TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS audit_by_time ON audit (at);
  CREATE INDEX IF NOT EXISTS audit_by_subject ON audit (subject, at);
`;

const SAVE_INCIDENT = `
  INSERT INTO incidents (key, receiver, alertname, tenant, team, severity, summary, startedAt, endedAt, ended, acknowledged)
  VALUES (:key, :receiver, :alertname, :tenant, :team, :severity, :summary, :startedAt, :endedAt, :ended, :acknowledged)
  ON CONFLICT DO UPDATE SET alertname = :alertname, tenant = :tenant, team = :team, severity = :severity,
    summary = :summary, endedAt = :endedAt, ended = :ended, acknowledged = :acknowledged`;

const ADD_PAGE = `
  INSERT INTO pages (at, key, receiver, kind, wakes, route, rule, tenant, team, summary)
  VALUES (:at, :key, :receiver, :kind, :wakes, :route, :rule, :tenant, :team, :summary)`;

const ADD_AUDIT =
  'INSERT INTO audit (at, by, action, subject, detail) VALUES (:at, :by, :action, :subject, :detail)';

/** A few of them: damaged rows are stepped over. What went on as part of another incident has not ended by that. */
const LAST_ENDED = `
  SELECT * FROM incidents WHERE alertname = :alertname AND endedAt <= :before AND coalesce(ended, '') NOT LIKE 'merged into %'
  ORDER BY endedAt DESC LIMIT 5`;
const LAST_ENDED_OF_TENANT = LAST_ENDED.replace('endedAt <=', 'tenant = :tenant AND endedAt <=');
const LAST_ENDED_OF_MANY = LAST_ENDED.replace('endedAt <=', 'tenant IS NULL AND endedAt <=');

const STORY_LENGTH = 50;
const EPISODES = 'SELECT * FROM incidents WHERE key = :key ORDER BY startedAt DESC, number DESC LIMIT :limit';
const TENANT_EPISODES = EPISODES.replace('key = :key', 'tenant = :tenant');
const PAGES_OF = 'SELECT * FROM pages WHERE key = :key ORDER BY at DESC, number DESC LIMIT :limit';
const AUDIT_OF = 'SELECT * FROM audit WHERE subject = :key ORDER BY at DESC, number DESC LIMIT :limit';

const WAKING_PAGES = 'SELECT * FROM pages WHERE wakes = 1 AND at >= :from AND at < :to ORDER BY at, number';
const WAKING_INCIDENTS = `
  SELECT * FROM incidents WHERE startedAt >= :from AND startedAt < :to
    AND key IN (SELECT key FROM pages WHERE wakes = 1 AND at >= :from AND at < :to) ORDER BY startedAt, number`;
const BEGINNING = `
  SELECT min(first) AS since FROM (SELECT min(at) AS first FROM pages UNION ALL SELECT min(startedAt) FROM incidents)`;

export interface IncidentLogOptions {
  /** A row was skipped because it holds what was never written. */
  readonly onDamaged?: () => void;
  /** Of each kind, at most. */
  readonly mostRows?: number;
}

/** The log in tables of the journal. Its durability is the database's; failures to write are Failures `disk`. */
export class SqliteIncidentLog implements IncidentLog {
  readonly #database: DatabaseSync;
  readonly #onDamaged: () => void;
  readonly #mostRows: number;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync, options: IncidentLogOptions = {}) {
    this.#database = database;
    this.#onDamaged = options.onDamaged ?? (() => {});
    this.#mostRows = options.mostRows ?? MOST_ROWS;
    database.exec(SCHEMA);
  }

  saveIncident(entry: IncidentEntry): void {
    const { acknowledged, tenant, team, endedAt, ended } = entry;
    this.#write('incidents', SAVE_INCIDENT, {
      ...entry,
      tenant: tenant ?? null,
      team: team ?? null,
      endedAt: endedAt ?? null,
      ended: ended ?? null,
      acknowledged: acknowledged === undefined ? null : JSON.stringify(acknowledged),
    });
  }

  addPage(entry: PageEntry): void {
    const { wakes, tenant, team } = entry;
    this.#write('pages', ADD_PAGE, {
      ...entry,
      wakes: wakes ? 1 : 0,
      tenant: tenant ?? null,
      team: team ?? null,
    });
  }

  addAudit(entry: AuditEntry): void {
    this.#write('audit', ADD_AUDIT, { ...entry, by: JSON.stringify(entry.by) });
  }

  lastSimilar(alertname: string, tenant: string | undefined, before: number): PastIncident | undefined {
    const last = { alertname, before };
    const [nearest] =
      tenant === undefined
        ? this.#read(LAST_ENDED_OF_MANY, last, toPast)
        : this.#read(LAST_ENDED_OF_TENANT, { ...last, tenant }, toPast);
    return nearest ?? this.#read(LAST_ENDED, last, toPast)[0];
  }

  incidents(from: number, to: number): IncidentEntry[] {
    const select =
      'SELECT * FROM incidents WHERE startedAt >= :from AND startedAt < :to ORDER BY startedAt, number';
    return this.#read(select, { from, to }, toIncident);
  }

  open(): IncidentEntry[] {
    return this.#read(
      'SELECT * FROM incidents WHERE endedAt IS NULL ORDER BY startedAt, number',
      {},
      toIncident,
    );
  }

  pages(from: number, to: number): PageEntry[] {
    return this.#read(
      'SELECT * FROM pages WHERE at >= :from AND at < :to ORDER BY at, number',
      { from, to },
      toPage,
    );
  }

  audit(from: number, to: number): AuditEntry[] {
    return this.#read(
      'SELECT * FROM audit WHERE at >= :from AND at < :to ORDER BY at, number',
      { from, to },
      toAudit,
    );
  }

  wakings(from: number, to: number): WakingEntries {
    const since = this.#statement(BEGINNING).get()?.['since'];
    return {
      pages: this.#read(WAKING_PAGES, { from, to }, toPage),
      incidents: this.#read(WAKING_INCIDENTS, { from, to }, toIncident),
      since: typeof since === 'number' ? since : undefined,
    };
  }

  story(key: string): IncidentStory {
    const asked = { key, limit: STORY_LENGTH };
    return {
      incidents: this.#read(EPISODES, asked, toIncident).toReversed(),
      pages: this.#read(PAGES_OF, asked, toPage).toReversed(),
      audit: this.#read(AUDIT_OF, asked, toAudit).toReversed(),
    };
  }

  ofTenant(tenant: string, limit: number): IncidentEntry[] {
    return this.#read(TENANT_EPISODES, { tenant, limit }, toIncident).toReversed();
  }

  endsSince(key: string, from: number): number {
    const count = 'SELECT count(*) AS ends FROM incidents WHERE key = ? AND endedAt >= ?';
    const row = this.#statement(count).get(key, from);
    return Number(row?.['ends'] ?? 0);
  }

  expire(before: number): void {
    this.#database
      .prepare('DELETE FROM incidents WHERE startedAt < :before AND coalesce(endedAt, startedAt) < :before')
      .run({ before });
    this.#database.prepare('DELETE FROM pages WHERE at < ?').run(before);
    this.#database.prepare('DELETE FROM audit WHERE at < ?').run(before);
  }

  /** Rows are numbered as they come: what is older than the last so many goes. */
  #write(table: string, insert: string, values: Record<string, SQLInputValue>): void {
    try {
      this.#statement(insert).run(values);
      const bound = `DELETE FROM ${table} WHERE number <= (SELECT max(number) FROM ${table}) - ?`;
      this.#statement(bound).run(this.#mostRows);
    } catch (error) {
      throw new Failure('disk', `the log of ${table} was not written: ${messageOf(error)}`, { cause: error });
    }
  }

  #read<T>(select: string, values: Record<string, SQLInputValue>, parse: (row: Row) => T | undefined): T[] {
    return readRows(this.#statement(select).all(values), parse, this.#onDamaged);
  }

  #statement(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(sql);
    // Entries may have more than their columns.
    statement.setAllowUnknownNamedParameters(true);
    this.#statements.set(sql, statement);
    return statement;
  }
}

/** A log that is gone with the process: for backtests. */
export function createMemoryIncidentLog(): IncidentLog {
  return new SqliteIncidentLog(new DatabaseSync(':memory:'));
}
