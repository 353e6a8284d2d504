import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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
  close(): void;
}

/**
 * Opens a data directory and owns it until `close` or the end of the process, however it ends.
 * @throws Failure `invalid` when another agent owns it, `disk` when it cannot be written
 */
export function openDataDirectory(path: string): DataDirectory {
  try {
    mkdirSync(path, { recursive: true, mode: 0o750 });
    const journal = openJournal(join(path, 'journal.db'), path);
    return withToken(path, journal);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure('disk', `data_dir ${path}: ${messageOf(error)}`, { cause: error });
  }
}

function withToken(path: string, journal: DatabaseSync): DataDirectory {
  try {
    return { path, token: readOrMakeToken(join(path, 'token')), journal, close: () => journal.close() };
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

/** The journal's exclusive lock is the directory's: the system drops it with the process, so none is left behind. */
function openJournal(file: string, path: string): DatabaseSync {
  const database = new DatabaseSync(file);
  try {
    database.exec(
      'PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; BEGIN EXCLUSIVE; COMMIT;',
    );
    return database;
  } catch (error) {
    database.close();
    if (/locked|busy/i.test(messageOf(error))) {
      throw new Failure(
        'invalid',
        `data_dir ${path} belongs to a running octowatch: stop it, or choose another data_dir`,
      );
    }
    throw error;
  }
}
