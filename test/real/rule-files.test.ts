import assert from 'node:assert/strict';
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseRuleFile } from '../../src/ruler/parse-rule-file.ts';
import { RULE_FILE_CASES } from '../../src/ruler/testing/rule-file-cases.ts';
import { skipWithoutGo } from './go-program.ts';
import { ALL_FEATURES, promtool } from './promtool.ts';

const root = join(import.meta.dirname, '..', '..');
/** Prometheus's own rule files, kept beside the repository and never inside it. */
const FOLDERS = ['rulefmt', 'promtool'].map((name) => join(root, '..', 'shared', 'promqltest', name));
const skip = skipWithoutGo();

async function isLoadedByPromtool(text: string): Promise<boolean> {
  const { code, stdout } = await promtool([ALL_FEATURES, 'check', 'rules', '--lint=none'], text);
  assert.ok(code === 0 || code === 1, stdout);
  return code === 0;
}

function isLoadedByUs(text: string): boolean {
  return parseRuleFile(text, 'f').problems.length === 0;
}

describe('promtool takes and refuses rule files as we do', { skip }, () => {
  const files = FOLDERS.filter((folder) => existsSync(folder)).flatMap((folder) =>
    readdirSync(folder).map((name) => join(folder, name)),
  );
  for (const file of [...files, ...globSync(join(root, 'rules', '*.yml'))]) {
    test(file.split('/').slice(-2).join('/'), async () => {
      const text = readFileSync(file, 'utf8');
      assert.equal(isLoadedByUs(text), await isLoadedByPromtool(text));
    });
  }
});

describe('promtool takes and refuses our cases of rule files as the table says', { skip }, () => {
  for (const [what, text, loads] of RULE_FILE_CASES) {
    test(what, async () => assert.equal(await isLoadedByPromtool(text), loads));
  }
});
