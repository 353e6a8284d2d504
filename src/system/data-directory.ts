import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Failure, messageOf } from '../model/failure.ts';

/** The folder that one agent owns. */
export interface DataDirectory {
  readonly path: string;
  /** What writes over HTTP must bring. */
  readonly token: string;
  /** Alert state, notifications, heals: committed to disk at every statement. */
  readonly journal: DatabaseSync;
  /** Where a damaged journal was put, when there was one: what was sent and healed before is then not known. */
  readonly damagedJournal?: string;
  close(): void;
}

/**
 * Opens a data directory and owns it until `close` or the end of the process, however it ends.
 * @throws Failure `invalid` when another agent owns it, `disk` when it cannot be written
 */
export function openDataDirectory(path: string): DataDirectory {
  try {
    mkdirSync(path, { recursive: true, mode: 0o750 });
    const file = join(path, 'journal.db');
    const journal = openJournal(file, path);
    if (journal !== undefined) return withToken({ path, journal });
    const damagedJournal = setAside(file);
    const fresh = openJournal(file, path);
    if (fresh === undefined) throw new Failure('disk', `data_dir ${path}: a new journal is damaged at once`);
    return withToken({ path, journal: fresh, damagedJournal });
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('disk', `data_dir ${path}: ${messageOf(error)}`, { cause: error });
  }
}

function withToken(directory: Omit<DataDirectory, 'token' | 'close'>): DataDirectory {
  const { path, journal } = directory;
  try {
    return { ...directory, token: readOrMakeToken(join(path, 'token')), close: () => journal.close() };
  } catch (error) {
    journal.close();
    throw error;
  }
}

/** The owner's token; an empty file, as a crash can leave it, is none. */
function readOrMakeToken(file: string): string {
  const known = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  const token = known === '' ? randomBytes(32).toString('base64url') : known;
  if (known === '') writeFileSync(file, token, { mode: 0o600 });
  chmodSync(file, 0o600);
  return token;
}

/**
 * The journal's exclusive lock is the directory's: the system drops it with the process, so none is left behind.
 * Undefined when its file is damaged.
 */
function openJournal(file: string, path: string): DatabaseSync | undefined {
  const database = new DatabaseSync(file);
  try {
    database.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; BEGIN EXCLUSIVE; COMMIT;',
    );
    if (database.prepare('PRAGMA quick_check(1)').get()?.['quick_check'] === 'ok') return database;
    database.close();
    return undefined;
  } catch (error) {
    database.close();
    if (/malformed|not a database|corrupt/i.test(messageOf(error))) return undefined;
    if (/locked|busy/i.test(messageOf(error))) {
      throw new Failure(
        'invalid',
        `data_dir ${path} belongs to a running octowatch: stop it, or choose another data_dir`,
      );
    }
    throw error;
  }
}

/** Paging must start on whatever a broken disk left: the damaged file is kept for people to look at. */
function setAside(file: string): string {
  let number = 1;
  while (existsSync(`${file}.damaged-${number}`)) number++;
  const aside = `${file}.damaged-${number}`;
  renameSync(file, aside);
  if (existsSync(`${file}-journal`)) renameSync(`${file}-journal`, `${aside}-journal`);
  return aside;
}
