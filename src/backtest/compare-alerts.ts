import type { Alert } from '../model/alert.ts';
import { formatLabels, type Labels } from '../model/labels.ts';
import { differenceOf } from './difference.ts';
import type { AlertTest } from './rule-test-file.ts';

interface Shown {
  readonly labels: Labels;
  readonly annotations: Labels;
}

/** How the firing alerts differ from those expected; empty when they do not. Their order does not matter. */
export function compareAlerts(test: AlertTest, firing: readonly Alert[]): string[] {
  const expected = test.exp_alerts.map(({ exp_labels, exp_annotations }) => ({
    labels: { ...exp_labels, alertname: test.alertname },
    annotations: exp_annotations ?? {},
  }));
  const { missing, extra } = differenceOf<Shown>(expected, firing, isSame);
  return [
    ...missing.flatMap((alert) => show('-', alert, nearest(alert, extra))),
    ...extra.flatMap((alert) => show('+', alert, nearest(alert, missing))),
  ];
}

/** As promtool compares: an empty annotation is one, and an empty label that is expected is never there. */
function isSame(expected: Shown, got: Shown): boolean {
  return (
    keyOf(expected.labels) === keyOf(got.labels) && keyOf(expected.annotations) === keyOf(got.annotations)
  );
}

function keyOf(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** The alert of the other side with the same labels: what differs is the annotations. */
function nearest(alert: Shown, others: readonly Shown[]): Shown | undefined {
  return others.find((other) => keyOf(other.labels) === keyOf(alert.labels));
}

function show(sign: '-' | '+', { labels, annotations }: Shown, other: Shown | undefined): string[] {
  const lines = Object.entries(annotations)
    .filter(([name, value]) => other === undefined || other.annotations[name] !== value)
    .map(([name, value]) => `${sign}   ${name}: ${JSON.stringify(value)}`);
  return [`${sign} ${formatLabels(labels)}`, ...lines];
}
