import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { formatLabels, METRIC_NAME, withoutLabels } from '../../src/model/labels.ts';
import { CASE_DATA, TEMPLATE_CASES } from '../../src/template/testing/template-cases.ts';
import { skipWithoutGo } from './go-program.ts';
import { promtool } from './promtool.ts';

/** One annotation per case: promtool compares what Prometheus renders with what the table expects. */
function ruleFile(): string {
  const annotations = Object.fromEntries(
    TEMPLATE_CASES.map(([template], index) => [`case_${index}`, template]),
  );
  const rules = [{ alert: 'Case', expr: 'source', annotations }];
  return JSON.stringify({ groups: [{ name: 'cases', rules }] });
}

function testFile(ruleFileName: string): string {
  const { labels, value, externalLabels, externalUrl, time, metric } = CASE_DATA;
  const series = [{ labels, value }, ...metric];
  const annotations = Object.fromEntries(TEMPLATE_CASES.map(([, text], index) => [`case_${index}`, text]));
  const group = {
    start_timestamp: time / 1000,
    input_series: series.map((each) => ({ series: formatLabels(each.labels), values: String(each.value) })),
    external_labels: externalLabels,
    external_url: externalUrl,
    alert_rule_test: [
      {
        eval_time: '0s',
        alertname: 'Case',
        exp_alerts: [{ exp_labels: withoutLabels(labels, METRIC_NAME), exp_annotations: annotations }],
      },
    ],
  };
  return JSON.stringify({ rule_files: [ruleFileName], tests: [group] });
}

test('Prometheus renders the cases of the template tests as we do', { skip: skipWithoutGo() }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'octowatch-templates-'));
  try {
    writeFileSync(join(folder, 'rules.yml'), ruleFile());
    writeFileSync(join(folder, 'test.yml'), testFile('rules.yml'));
    const { code, stdout, stderr } = await promtool(['test', 'rules', join(folder, 'test.yml')]);
    assert.equal(code, 0, stdout + stderr);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
