import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isArchiveOf, parseGlob } from './path-glob.ts';

const MATCHES: readonly (readonly [string, string, boolean])[] = [
  ['/logs/Octo.txt', 'Octo.txt', true],
  ['/logs/Octo.txt', 'Octo.0.txt', false],
  ['/logs/Octo*.txt', 'Octo.0.txt', true],
  ['/logs/*', 'anything', true],
  ['/logs/a?c', 'abc', true],
  ['/logs/a?c', 'ac', false],
  ['/logs/*a*b', 'xxaxxb', true],
  ['/logs/*a*b', 'xxaxxbx', false],
  ['/logs/a.c', 'abc', false],
];
for (const [glob, name, expected] of MATCHES) {
  test(`${glob} ${expected ? 'means' : 'does not mean'} ${name}`, () => {
    assert.equal(parseGlob(glob).matches(name), expected);
  });
}

test('a glob is a directory and a name', () => {
  assert.equal(parseGlob('Octo.txt').directory, '.');
  assert.equal(parseGlob('/Octo.txt').directory, '/');
  assert.equal(parseGlob('C:\\logs\\Octo.txt').directory, 'C:\\logs');
  assert.equal(parseGlob('/logs/Octo.txt').literal, 'Octo.txt');
  assert.equal(parseGlob('/logs/Octo*').literal, undefined);
});

test('wildcards in directories, and directories alone, are refused', () => {
  assert.throws(() => parseGlob('/logs/*/Octo.txt'), /last path element/);
  assert.throws(() => parseGlob('/logs/'), /name a file/);
});

const ARCHIVES: readonly (readonly [string, boolean])[] = [
  ['Octo.0.txt', true],
  ['Octo.2026-11-21.txt', true],
  ['Octo.txt.1', true],
  ['Octo.txt', false],
  ['Octo.txt.gz', false],
  ['OctoWeb.txt', false],
  ['Other.0.txt', false],
];
for (const [name, expected] of ARCHIVES) {
  test(`${name} ${expected ? 'is an' : 'is no'} archive of Octo.txt`, () => {
    assert.equal(isArchiveOf(name, 'Octo.txt'), expected);
  });
}
