import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { datasets } from '../collectors/index.ts';
import { runRuleTests } from '../src/backtest/run-rule-tests.ts';
import { checkRules } from '../src/ruler/check-rules.ts';
import { knownMetrics } from '../src/ruler/known-metrics.ts';
import { parseRuleFile } from '../src/ruler/parse-rule-file.ts';
import type { AlertingRule, RuleFile } from '../src/ruler/rule.ts';

const here = import.meta.dirname;
/** Packs, and how their alerts and runbooks begin. */
const PACKS = [
  { name: 'octopus', prefix: 'octopus-' },
  { name: 'self', prefix: 'octowatch-' },
  { name: 'kubernetes', prefix: 'kubernetes-' },
  { name: 'azure', prefix: 'azure-' },
  { name: 'capacity', prefix: 'capacity-' },
  { name: 'cost', prefix: 'cost-' },
  { name: 'neighbours', prefix: 'neighbour-' },
  { name: 'aws', prefix: 'aws-' },
  { name: 'host', prefix: 'host-' },
  { name: 'probe', prefix: 'probe-' },
];

function readPack(name: string): { file: RuleFile; alerts: readonly AlertingRule[] } {
  const file = parseRuleFile(readFileSync(`${here}/${name}.yml`, 'utf8'), `rules/${name}.yml`);
  const rules = file.groups.flatMap((group) => group.rules);
  return { file, alerts: rules.filter((rule) => rule.kind === 'alert') };
}

for (const { name, prefix } of PACKS) {
  describe(`the pack ${name}`, () => {
    const { file, alerts } = readPack(name);

    test('has nothing a person should change', () => {
      const findings = checkRules([file], { metrics: knownMetrics(datasets) });
      assert.deepEqual(
        findings.map(({ message }) => message),
        [],
      );
    });

    const tests = readFileSync(`${here}/${name}.test.yml`, 'utf8');
    const report = runRuleTests(tests, {
      fileName: `rules/${name}.test.yml`,
      readRules: (path) => [{ name: path, text: readFileSync(`${here}/${path}`, 'utf8') }],
    });
    test('has tests that run', () => assert.deepEqual(report.problems, []));
    for (const result of report.results) test(result.name, () => assert.deepEqual(result.failures, []));

    test('has no two alerts of one name and severity', () => {
      const names = alerts.map((alert) => `${alert.name} ${alert.labels['severity']}`);
      assert.deepEqual(
        names.filter((each, index) => names.indexOf(each) !== index),
        [],
      );
    });

    test('tests every alert', () => {
      const untested = alerts.filter((alert) => !tests.includes(`alertname: ${alert.name}\n`));
      assert.deepEqual(
        untested.map((alert) => alert.name),
        [],
      );
    });

    test('has a runbook for every alert, and none besides', () => {
      const linked = alerts.map(
        ({ annotations }) => annotations['runbook_url']?.split('/docs/runbooks/')[1] ?? '',
      );
      const written = readdirSync(`${here}/../docs/runbooks`).filter((page) => page.startsWith(prefix));
      assert.deepEqual([...new Set(linked)].toSorted(), written.toSorted());
    });
  });
}

test('the pack octopus names the remedy where the task type is known', () => {
  const healed = readPack('octopus').alerts.filter(({ annotations }) => annotations['remedy'] !== undefined);
  assert.deepEqual(
    healed.map(({ name, annotations }) => [name, annotations['remedy']]),
    [['OctopusSchedulerStalled', 'octopus-task-cancel']],
  );
});
