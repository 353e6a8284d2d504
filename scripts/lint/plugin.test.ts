import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, test } from 'node:test';

const root = join(import.meta.dirname, '..', '..');

const everyWayToImport = `import { a } from '../ruler/a.ts';
import type { B } from '../ruler/b.ts';
export { c } from '../ruler/c.ts';
export * from '../ruler/d.ts';
export const e = (b: B): unknown => [a, b, import('../ruler/e.ts')];
`;

const fromParameters = `import { createHash } from 'node:crypto';
export const day = (at: number, fetch: (day: Date) => void): void => fetch(new Date(at));
export const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
`;

/** What a folder behind the seams may not use: name, code, the rule that says so. */
const ambient: [string, string, string][] = [
  ['Date.now', 'export const at = Date.now();', 'no-restricted-properties'],
  ['new Date()', 'export const at = new Date();', 'no-ambient-time'],
  ['setTimeout', 'setTimeout(() => 1, 1);', 'no-restricted-globals'],
  ['setInterval', 'setInterval(() => 1, 1);', 'no-restricted-globals'],
  ['fetch', `await fetch('');`, 'no-restricted-globals'],
  ['Math.random', 'export const dice = Math.random();', 'no-restricted-properties'],
  ['crypto.randomUUID', 'export const id = crypto.randomUUID();', 'no-restricted-properties'],
  ['randomUUID of node:crypto', `export { randomUUID } from 'node:crypto';`, 'no-restricted-imports'],
  ['node:fs', `export { readFileSync } from 'node:fs';`, 'no-restricted-imports'],
  ['node:timers', `export { setTimeout } from 'node:timers/promises';`, 'no-restricted-imports'],
  ['process', 'export const home = process.env.HOME;', 'no-restricted-globals'],
];

const unwanted: [string, string, string][] = [
  ['any', 'export const a: any = 1;', 'no-explicit-any'],
  ['a default export', 'export default function a(): void {}', 'no-default-export'],
  ['==', 'export const same = (a: number, b: number): boolean => a == b;', 'eqeqeq'],
];

const behindSeams = ['src/ruler/', 'src/store/head/', 'collectors/tasks/'];

describe('the linter with the rules of the project', () => {
  let folder: string;
  let findings: Map<string, string[]>;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'octowatch-lint-'));
    put('src/alerts/imports.ts', everyWayToImport);
    put('src/alerts/imports.test.ts', everyWayToImport);
    put('src/ruler/parameters.ts', fromParameters);
    for (const [at, [, code]] of unwanted.entries()) put(`src/ruler/unwanted-${at}.ts`, `${code}\n`);
    for (const [at, [, code]] of ambient.entries()) {
      for (const area of behindSeams) put(`${area}ambient-${at}.ts`, `${code}\n`);
      put(`src/ruler/ambient-${at}.test.ts`, `${code}\n`);
      put(`src/system/ambient-${at}.ts`, `${code}\n`);
    }
    findings = lint();
  });

  after(() => rmSync(folder, { recursive: true, force: true }));

  function put(path: string, code: string): void {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), code);
  }

  /** What the linter finds in each file: line and rule. */
  function lint(): Map<string, string[]> {
    const config = JSON.parse(readFileSync(join(root, '.oxlintrc.json'), 'utf8')) as object;
    const plugin = join(root, 'scripts', 'lint', 'plugin.ts');
    put('.oxlintrc.json', JSON.stringify({ ...config, jsPlugins: [plugin], options: {} }));
    const oxlint = join(root, 'node_modules', '.bin', 'oxlint');
    const env = { ...process.env, LINT_ROOT: folder };
    const { stdout } = spawnSync(oxlint, ['-f', 'unix'], { cwd: folder, env, encoding: 'utf8' });
    const found = new Map<string, string[]>();
    for (const [, path = '', line, rule] of stdout.matchAll(/^(\S+?):(\d+):\d+: .*\(([\w-]+)\)\]$/gm)) {
      found.set(path, [...(found.get(path) ?? []), `${line} ${rule}`]);
    }
    return found;
  }

  test('finds every way to import what the table forbids', () => {
    const everyLine = ['1', '2', '3', '4', '5'].map((line) => `${line} import-table`);
    assert.deepEqual(findings.get('src/alerts/imports.ts'), everyLine);
  });

  test('lets a test import anything', () => {
    assert.equal(findings.get('src/alerts/imports.test.ts'), undefined);
  });

  for (const [at, [name, , rule]] of ambient.entries()) {
    test(`refuses ${name} behind the seams`, () => {
      for (const area of behindSeams)
        assert.deepEqual(findings.get(`${area}ambient-${at}.ts`), [`1 ${rule}`]);
    });

    test(`allows ${name} in a test and in the real clock, disk and network`, () => {
      assert.equal(findings.get(`src/ruler/ambient-${at}.test.ts`), undefined);
      assert.equal(findings.get(`src/system/ambient-${at}.ts`), undefined);
    });
  }

  test('allows dates made from a given time, hashes, and parameters that shadow a global', () => {
    assert.equal(findings.get('src/ruler/parameters.ts'), undefined);
  });

  for (const [at, [name, , rule]] of unwanted.entries()) {
    test(`refuses ${name}`, () =>
      assert.deepEqual(findings.get(`src/ruler/unwanted-${at}.ts`), [`1 ${rule}`]));
  }
});
