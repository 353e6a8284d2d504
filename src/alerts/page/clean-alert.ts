import type { Alert } from '../../model/alert.ts';
import type { Labels } from '../../model/labels.ts';
import { withoutTrace } from './without-trace.ts';

/** An alert as people may read of it: without secrets, and without stack traces in its annotations. */
export function cleanAlert(alert: Alert, redact: (text: string) => string): Alert {
  const { labels, annotations, expression, receivedFrom } = alert;
  return {
    ...alert,
    labels: mapped(labels, redact),
    annotations: mapped(annotations, (text) => withoutTrace(redact(text))),
    ...(expression === undefined ? {} : { expression: redact(expression) }),
    ...(receivedFrom === undefined ? {} : { receivedFrom: redact(receivedFrom) }),
  };
}

/** Labels without secrets. */
export function cleanLabels(labels: Labels, redact: (text: string) => string): Labels {
  return mapped(labels, redact);
}

function mapped(labels: Labels, change: (text: string) => string): Labels {
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, change(value)]));
}
