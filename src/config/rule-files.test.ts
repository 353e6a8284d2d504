import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readRuleTexts } from './rule-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'octowatch-rule-files-'));
after(() => rmSync(folder, { recursive: true }));
mkdirSync(join(folder, 'rules', 'folder.yml'), { recursive: true });
mkdirSync(join(folder, 'own'));
for (const name of ['rules/pack.yml', 'rules/pack.test.yml', 'own/b.yml', 'own/a.yml', 'own/a.test.yml'])
  writeFileSync(join(folder, name), name);

function textsOf(...patterns: string[]): string[] {
  return readRuleTexts(patterns, join(folder, 'own'), folder).map(({ text }) => text);
}

test('a glob names files from the base in order, without tests of rules', () => {
  assert.deepEqual(textsOf('*.yml'), ['own/a.yml', 'own/b.yml']);
});

test('an absolute path stands for itself', () => {
  assert.deepEqual(textsOf(join(folder, 'own', 'b.yml')), ['own/b.yml']);
});

test('a pack is found below the program and shown by its name', () => {
  assert.deepEqual(readRuleTexts(['pack:pack'], '/', folder), [
    { name: 'pack:pack', text: 'rules/pack.yml' },
  ]);
});

test('all packs are one pattern, and each keeps its name', () => {
  const names = (...patterns: string[]): string[] =>
    readRuleTexts(patterns, '/', join(import.meta.dirname, '..', '..')).map(({ name }) => name);
  const all = names('pack:*');
  for (const name of ['pack:aws', 'pack:octopus', 'pack:self']) assert.ok(all.includes(name), name);
  assert.deepEqual(names('pack:self', 'pack:*').toSorted(), all);
});

test('a file that several patterns name is read once', () => {
  assert.deepEqual(textsOf('b.yml', '*.yml'), ['own/b.yml', 'own/a.yml']);
});

const refused: readonly [pattern: string, message: RegExp][] = [
  ['none-*.yml', /^rules\.files: none-\*\.yml names no file$/],
  ['pack:none', /^rules\.files: pack:none names no file$/],
  ['a.test.yml', /names no file/],
  ['../rules/folder.yml', /^rules\.files: cannot read .*folder\.yml: EISDIR/],
];
for (const [pattern, message] of refused) {
  test(`refused: ${pattern}`, () => assert.throws(() => textsOf(pattern), { reason: 'invalid', message }));
}
