import { formatLabels, METRIC_NAME, withoutLabels } from '../../model/labels.ts';
import { CASE_DATA, TEMPLATE_CASES } from '../../template/testing/template-cases.ts';

/** A rule file with one annotation per case of the templates. */
export function templateRules(): string {
  const annotations = casesBy(([template]) => template);
  return JSON.stringify({
    groups: [{ name: 'cases', rules: [{ alert: 'Case', expr: 'source', annotations }] }],
  });
}

/** The test file to `templateRules` that expects what the table of templates expects. */
export function templateRuleTest(ruleFileName: string): string {
  const { labels, value, externalLabels, externalUrl, time, metric } = CASE_DATA;
  const exp_alerts = [
    { exp_labels: withoutLabels(labels, METRIC_NAME), exp_annotations: casesBy(([, text]) => text) },
  ];
  const group = {
    start_timestamp: time / 1000,
    input_series: [{ labels, value }, ...metric].map((each) => ({
      series: formatLabels(each.labels),
      values: String(each.value),
    })),
    external_labels: externalLabels,
    external_url: externalUrl,
    alert_rule_test: [{ eval_time: '0s', alertname: 'Case', exp_alerts }],
  };
  return JSON.stringify({ rule_files: [ruleFileName], tests: [group] });
}

function casesBy(part: (pair: (typeof TEMPLATE_CASES)[number]) => string): Record<string, string> {
  return Object.fromEntries(TEMPLATE_CASES.map((pair, index) => [`case_${index}`, part(pair)]));
}
