import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryDirectory } from '../../test/fakes/temporary-directory.ts';
import { Failure } from '../model/failure.ts';
import { openDataDirectory, type DataDirectory } from './data-directory.ts';

const OWNER = `
  const { openDataDirectory } = await import(process.argv[1]);
  const { journal } = openDataDirectory(process.argv[2]);
  journal.exec('CREATE TABLE kept (n INTEGER); INSERT INTO kept VALUES (7)');
  console.log('open');
  setInterval(() => undefined, 1000);
`;

function refusal(path: string): Failure {
  let opened: DataDirectory;
  try {
    opened = openDataDirectory(path);
  } catch (error) {
    assert.ok(error instanceof Failure);
    return error;
  }
  opened.close();
  throw new Error('it was opened');
}

test('a directory belongs to one agent until it is closed', () => {
  const path = join(temporaryDirectory(), 'new', 'data');
  const first = openDataDirectory(path);
  const { reason, message } = refusal(path);
  assert.equal(reason, 'invalid');
  assert.equal(
    message,
    `data_dir ${path} belongs to a running octowatch: stop it, or choose another data_dir`,
  );
  first.close();
  openDataDirectory(path).close();
});

test('a killed agent leaves its journal and no lock', async (t) => {
  const path = join(temporaryDirectory(), 'data');
  const module = new URL('data-directory.ts', import.meta.url).href;
  const child = spawn(process.execPath, ['--input-type=module', '-e', OWNER, module, path]);
  t.after(() => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  assert.equal(refusal(path).reason, 'invalid');
  child.kill('SIGKILL');
  await once(child, 'exit');
  const directory = openDataDirectory(path);
  t.after(() => directory.close());
  assert.equal(directory.journal.prepare('SELECT n FROM kept').get()?.['n'], 7);
});

test('the token is made once, long, and for the owner alone', () => {
  const path = join(temporaryDirectory(), 'data');
  const first = openDataDirectory(path);
  first.close();
  const file = join(path, 'token');
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.match(first.token, /^[\w-]{43}$/);
  chmodSync(file, 0o644);
  const second = openDataDirectory(path);
  second.close();
  assert.equal(second.token, first.token);
  assert.equal(statSync(file).mode & 0o777, 0o600, 'what somebody opened is closed again');
});

test('an empty token file, as a crash leaves it, is no token', () => {
  const path = temporaryDirectory();
  writeFileSync(join(path, 'token'), '');
  const { token, close } = openDataDirectory(path);
  close();
  assert.equal(token.length, 43);
  assert.equal(readFileSync(join(path, 'token'), 'utf8').trim(), token);
});

test('a path that cannot be a directory is a disk failure that names it', () => {
  const file = join(temporaryDirectory(), 'file');
  writeFileSync(file, '');
  const { reason, message } = refusal(join(file, 'data'));
  assert.equal(reason, 'disk');
  assert.ok(message.startsWith(`data_dir ${join(file, 'data')}: `), message);
});

test('a damaged journal is put aside, all of it or a page, and the agent starts', () => {
  const path = temporaryDirectory();
  const file = join(path, 'journal.db');
  const whole = openDataDirectory(path);
  whole.journal.exec('CREATE TABLE t (text TEXT); CREATE INDEX i ON t (text)');
  for (let row = 0; row < 1000; row++) whole.journal.exec(`INSERT INTO t VALUES ('row ${row}')`);
  whole.close();
  const bytes = readFileSync(file);
  const damages = [Buffer.from('not a database'.repeat(1000)), Buffer.from(bytes).fill(0xff, 8192, 12_288)];
  for (const [index, damage] of damages.entries()) {
    writeFileSync(file, damage);
    const { damagedJournal, journal, close } = openDataDirectory(path);
    assert.equal(damagedJournal, `${file}.damaged-${index + 1}`);
    assert.deepEqual(readFileSync(damagedJournal), damage);
    journal.exec('CREATE TABLE works (n INTEGER)');
    close();
  }
  const { damagedJournal, close } = openDataDirectory(path);
  close();
  assert.equal(damagedJournal, undefined);
});
