import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { readConfig } from '../../../src/cli/config-file.ts';
import { messageOf } from '../../../src/model/failure.ts';
import { skipWithoutGo } from '../go-program.ts';
import { amtool } from './amtool.ts';
import { CONFIGURATIONS, REFUSED_ON_PURPOSE } from './configurations.ts';

const folder = mkdtempSync(join(tmpdir(), 'octowatch-alertmanager-'));
after(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'alertmanager.yml');

/** What Alertmanager says of a configuration; empty when it takes it. */
async function askAmtool(text: string): Promise<string> {
  writeFileSync(file, text);
  const { code, stdout, stderr } = await amtool(['check-config', file]);
  return code === 0 ? '' : stdout + stderr;
}

/** What octowatch says of it; a file that routes nothing is no Alertmanager configuration. */
function ask(): string {
  try {
    const { route } = readConfig({ env: {}, workingDirectory: folder }, file);
    return route === undefined ? 'no route' : '';
  } catch (error) {
    return messageOf(error);
  }
}

const TAKEN = ['all of it', 'the least', 'keys without a value', 'no wait', 'a classic matcher'];

describe('Alertmanager and octowatch agree on configurations', { skip: skipWithoutGo() }, () => {
  for (const [name, text] of Object.entries(CONFIGURATIONS))
    test(name, async () => {
      const theirs = await askAmtool(text);
      const ours = ask();
      const said = `Alertmanager: ${theirs}\noctowatch: ${ours}`;
      assert.deepEqual([theirs === '', ours === ''], [TAKEN.includes(name), TAKEN.includes(name)], said);
    });

  for (const [name, [text, message]] of Object.entries(REFUSED_ON_PURPOSE))
    test(`but for ${name}`, async () => {
      assert.equal(await askAmtool(text), '');
      assert.ok(ask().includes(message), ask());
    });
});
