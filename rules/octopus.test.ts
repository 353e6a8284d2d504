import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { datasets } from '../collectors/index.ts';
import { runRuleTests } from '../src/backtest/run-rule-tests.ts';
import { metricsOf } from '../src/model/dataset.ts';
import { checkRules } from '../src/ruler/check-rules.ts';
import { parseRuleFile } from '../src/ruler/parse-rule-file.ts';

const here = import.meta.dirname;
const pack = parseRuleFile(readFileSync(`${here}/octopus.yml`, 'utf8'), 'rules/octopus.yml');
const alerts = pack.groups.flatMap(({ rules }) => rules).filter((rule) => rule.kind === 'alert');

describe('the pack octopus', () => {
  test('has nothing a person should change', () => {
    const metrics = new Map(datasets.flatMap(metricsOf).map((metric) => [metric.name, metric]));
    assert.deepEqual(
      checkRules([pack], { metrics }).map(({ message }) => message),
      [],
    );
  });

  const report = runRuleTests(readFileSync(`${here}/octopus.test.yml`, 'utf8'), {
    fileName: 'rules/octopus.test.yml',
    readRules: (path) => [{ name: path, text: readFileSync(`${here}/${path}`, 'utf8') }],
  });
  test('has tests that run', () => assert.deepEqual(report.problems, []));
  for (const { name, failures } of report.results) test(name, () => assert.deepEqual(failures, []));

  test('tests every alert', () => {
    const tests = readFileSync(`${here}/octopus.test.yml`, 'utf8');
    const untested = alerts.filter(({ name }) => !tests.includes(`alertname: ${name}\n`));
    assert.deepEqual(
      untested.map(({ name }) => name),
      [],
    );
  });

  test('has a runbook for every alert, and none besides', () => {
    const linked = alerts.map(
      ({ annotations }) => annotations['runbook_url']?.split('/docs/runbooks/')[1] ?? '',
    );
    const written = readdirSync(`${here}/../docs/runbooks`).filter((name) => name.startsWith('octopus-'));
    assert.deepEqual([...new Set(linked)].toSorted(), written.toSorted());
  });

  test('names the remedy where the task type is known', () => {
    const healed = alerts.filter(({ annotations }) => annotations['remedy'] !== undefined);
    assert.deepEqual(
      healed.map(({ name, annotations }) => [name, annotations['remedy']]),
      [['OctopusSchedulerStalled', 'octopus-task-cancel']],
    );
  });
});
