import type { Alert } from '../model/alert.ts';
import { formatLabels, labelsKey, type Labels } from '../model/labels.ts';
import type { AlertTest } from './rule-test-file.ts';

interface Shown {
  readonly labels: Labels;
  readonly annotations: Labels;
}

/** How the firing alerts differ from those expected, in one line; undefined when they do not. Order does not matter. */
export function compareAlerts(test: AlertTest, firing: readonly Alert[]): string | undefined {
  const expected = test.exp_alerts.map(({ exp_labels, exp_annotations }) => ({
    labels: { ...exp_labels, alertname: test.alertname },
    annotations: exp_annotations ?? {},
  }));
  const missing = without(expected, firing);
  const extra = without(firing, expected);
  if (missing.length === 0 && extra.length === 0) return undefined;
  const parts = [
    ...missing.map((alert) => `expected and not firing: ${show(alert)}`),
    ...extra.map((alert) => `firing and not expected: ${show(alert)}`),
  ];
  return parts.join('; ');
}

function without(alerts: readonly Shown[], others: readonly Shown[]): Shown[] {
  const rest = others.map(keyOf);
  return alerts.filter((alert) => {
    const at = rest.indexOf(keyOf(alert));
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
}

function keyOf({ labels, annotations }: Shown): string {
  return `${labelsKey(labels)}\u0000${labelsKey(annotations)}`;
}

function show({ labels, annotations }: Shown): string {
  return `${formatLabels(labels)} ${JSON.stringify(annotations)}`;
}
