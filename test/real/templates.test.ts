import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { templateRules, templateRuleTest } from '../../src/backtest/testing/template-rule-test.ts';
import { skipWithoutGo } from './go-program.ts';
import { promtool } from './promtool.ts';

test('Prometheus renders the cases of the template tests as we do', { skip: skipWithoutGo() }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'octowatch-templates-'));
  try {
    writeFileSync(join(folder, 'rules.yml'), templateRules());
    writeFileSync(join(folder, 'test.yml'), templateRuleTest('rules.yml'));
    const { code, stdout, stderr } = await promtool(['test', 'rules', join(folder, 'test.yml')]);
    assert.equal(code, 0, stdout + stderr);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
