import { DatabaseSync } from 'node:sqlite';
import { Failure, messageOf, toFailure } from '../../model/failure.ts';
import type { Disk, Log } from '../../model/ports.ts';

const SCHEMA_VERSION = 2;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY,
    dataset TEXT NOT NULL,
    id TEXT NOT NULL,
    time INTEGER NOT NULL,
    tenant TEXT NOT NULL,
    document TEXT NOT NULL,
    UNIQUE (dataset, id)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS events_by_time ON events (time);
  CREATE INDEX IF NOT EXISTS events_by_dataset ON events (dataset, time);
  CREATE INDEX IF NOT EXISTS events_by_tenant ON events (tenant, time);
`;

// SQLite result codes (sqlite.org/rescode.html).
const CORRUPT = 11;
const NOT_A_DATABASE = 26;

/**
 * Opens the database at `path`, made if absent.
 * @throws Failure `invalid` when a newer version wrote it, `disk` when it cannot be opened; damage as SQLite reports it
 */
export function openDatabase(path: string, log: Log): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;');
    const version = checkVersion(database, path);
    database.exec(SCHEMA);
    if (version === 1) dropSeries(database, path, log);
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    // Damage elsewhere shows when it is read: a check of the whole file takes minutes.
    database.exec('SELECT * FROM events ORDER BY number DESC LIMIT 1');
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Whether an error means that the file is damaged, not that the disk is full or the call is wrong. */
export function isDamage(error: unknown): boolean {
  const code = codeOf(error);
  return code === CORRUPT || code === NOT_A_DATABASE;
}

/** An error of SQLite as a failure that may pass: a full disk, a locked file. */
export function toDiskFailure(error: unknown): Failure {
  if (error instanceof Failure || codeOf(error) === undefined) return toFailure(error, 'disk');
  return new Failure('disk', `embedded store: ${messageOf(error)}`, { cause: error });
}

/** Renames the files of a database to `*.damaged-<stamp>`; its write-ahead log must not meet a new file. */
export async function moveAside(disk: Disk, path: string, stamp: number): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) {
    const from = path + suffix;
    if ((await disk.stat(from)) !== undefined) await disk.rename(from, `${path}.damaged-${stamp}${suffix}`);
  }
}

/** Version 1 had samples of gauges too; series are kept elsewhere now. */
function dropSeries(database: DatabaseSync, path: string, log: Log): void {
  database.exec('DROP TABLE IF EXISTS samples; DROP TABLE IF EXISTS series');
  log.warn({ path }, 'series of an older version are dropped from the embedded store: history begins anew');
}

function checkVersion(database: DatabaseSync, path: string): number {
  const version = Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (version <= SCHEMA_VERSION) return version;
  throw new Failure(
    'invalid',
    `${path} has schema ${version}, this version reads ${SCHEMA_VERSION}: start the version that wrote it, or move the file away`,
  );
}

function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
}
