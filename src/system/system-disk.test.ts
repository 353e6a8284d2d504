import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { failureOf } from '../../test/fakes/failure-of.ts';
import { temporaryDirectory } from '../../test/fakes/temporary-directory.ts';
import type { DiskFile } from '../model/ports.ts';
import { systemDisk, toInode } from './system-disk.ts';

async function openFile(t: TestContext, path: string, mode: 'read' | 'append'): Promise<DiskFile> {
  const file = await systemDisk.open(path, mode);
  t.after(() => file.close());
  return file;
}

async function textOf(file: DiskFile, position = 0): Promise<string> {
  const into = new Uint8Array(100);
  return Buffer.from(into.subarray(0, await file.read(into, position))).toString();
}

test('append creates the file and writes at the end, also after a truncation', async (t) => {
  const path = join(temporaryDirectory(), 'log');
  const file = await openFile(t, path, 'append');
  await file.append(Buffer.from('one two '));
  await file.truncate(4);
  await file.append(Buffer.from('three'));
  await file.sync();
  assert.equal(readFileSync(path, 'utf8'), 'one three');
  assert.equal(await textOf(file, 4), 'three');
  assert.equal(await textOf(file, 9), '', 'nothing behind the end');
  assert.equal((await file.stat()).size, 9);
});

test('a file is told by device and inode, whatever its name', async () => {
  const directory = temporaryDirectory();
  const [first, second] = [join(directory, 'a'), join(directory, 'b')];
  writeFileSync(first, 'x');
  linkSync(first, second);
  const [a, b] = [await systemDisk.stat(first), await systemDisk.stat(second)];
  assert.deepEqual([a?.device, a?.inode, a?.kind], [b?.device, b?.inode, 'file']);
  assert.ok(Math.abs((a?.modifiedMs ?? 0) - Date.now()) < 3_600_000, 'in ms since the epoch');
});

test('what is not there is not_found, or undefined to stat', async () => {
  const path = join(temporaryDirectory(), 'missing');
  assert.equal(await systemDisk.stat(path), undefined);
  for (const work of [
    () => systemDisk.open(path, 'read'),
    () => systemDisk.list(path),
    () => systemDisk.rename(path, `${path}2`),
    () => systemDisk.syncDirectory(path),
  ]) {
    const { reason, retryable, message } = await failureOf(work());
    assert.deepEqual([reason, retryable], ['not_found', false]);
    assert.ok(message.includes(path), message);
  }
  await systemDisk.remove(path);
});

test('links are not followed, to read or to write', async () => {
  const directory = temporaryDirectory();
  const [target, link] = [join(directory, 'secret'), join(directory, 'link')];
  writeFileSync(target, 'secret');
  symlinkSync(target, link);
  for (const mode of ['read', 'append'] as const) {
    assert.equal((await failureOf(systemDisk.open(link, mode))).reason, 'disk');
  }
  assert.equal((await systemDisk.stat(link))?.kind, 'link');
  await systemDisk.remove(link);
  assert.equal(readFileSync(target, 'utf8'), 'secret', 'only the link is removed');
});

test('a pipe in the place of a log does not hang the open', async (t) => {
  const path = join(temporaryDirectory(), 'pipe');
  execFileSync('mkfifo', [path]);
  const file = await openFile(t, path, 'read');
  assert.equal((await file.stat()).kind, 'other');
});

test('a full disk is a Failure disk, worth another try', { skip: !existsSync('/dev/full') }, async (t) => {
  const file = await openFile(t, '/dev/full', 'append');
  const { reason, retryable, message } = await failureOf(file.append(Buffer.from('x')));
  assert.deepEqual([reason, retryable], ['disk', true]);
  assert.match(message, /ENOSPC/);
});

test('a closed file and a path through a file are Failure disk', async () => {
  const path = join(temporaryDirectory(), 'file');
  const file = await systemDisk.open(path, 'append');
  await file.close();
  assert.equal((await failureOf(file.append(Buffer.from('x')))).reason, 'disk');
  assert.equal((await failureOf(systemDisk.mkdir(join(path, 'below')))).reason, 'disk');
  assert.equal((await failureOf(systemDisk.syncDirectory(path))).reason, 'disk');
});

test('folders are made with their parents, listed, and files renamed over others', async () => {
  const directory = join(temporaryDirectory(), 'a', 'b');
  await systemDisk.mkdir(directory);
  await systemDisk.mkdir(directory);
  mkdirSync(join(directory, 'sub'));
  writeFileSync(join(directory, 'old'), 'old');
  writeFileSync(join(directory, 'new'), 'new');
  await systemDisk.rename(join(directory, 'new'), join(directory, 'old'));
  await systemDisk.syncDirectory(directory);
  assert.deepEqual([...(await systemDisk.list(directory))].toSorted(), ['old', 'sub']);
  assert.equal(readFileSync(join(directory, 'old'), 'utf8'), 'new');
  assert.equal((await systemDisk.stat(directory))?.kind, 'directory');
});

test('files whose numbers have 64 bits are told apart', () => {
  assert.equal(toInode(7n), 7);
  assert.equal(toInode(BigInt(Number.MAX_SAFE_INTEGER)), Number.MAX_SAFE_INTEGER);
  // As NTFS numbers files: how often a record was used, then which record it is.
  const numbers = Array.from({ length: 2000 }, (_, i) => (BigInt(40 + (i >> 10)) << 48n) + BigInt(i));
  assert.ok(new Set(numbers.map(Number)).size < 2000, 'rounded, they are not');
  const inodes = new Set(numbers.map(toInode));
  assert.equal(inodes.size, 2000);
  for (const inode of inodes) assert.ok(Number.isSafeInteger(inode) && inode >= 0);
});

test('a file system tells its room, and that it is not there', async () => {
  const space = await systemDisk.statfs?.(temporaryDirectory());
  assert.ok(space !== undefined && space.size > 0);
  assert.ok(space.available <= space.free && space.free <= space.size, JSON.stringify(space));
  assert.equal(
    (await failureOf(systemDisk.statfs?.('/no/such/place') ?? Promise.resolve())).reason,
    'not_found',
  );
});
