import type { Alert } from './alert.ts';
import type { Incident } from './incident.ts';

// What Alertmanager's forms say of an alert, wherever they are written: its API, its webhook, its templates.

/** When it began to fire, ms: as Prometheus tells it, after the rule's `for`. */
export function startOf({ firedAt, activeAt }: Pick<Alert, 'firedAt' | 'activeAt'>): number {
  return firedAt ?? activeAt;
}

/** When it ended, ms; undefined while it fires. What its incident says is over is over. */
export function endOf(
  alert: Alert,
  { status, endsAt }: Pick<Incident, 'status' | 'endsAt'>,
): number | undefined {
  if (alert.state !== 'resolved' && status !== 'resolved') return undefined;
  return alert.resolvedAt ?? endsAt ?? startOf(alert);
}

/** Where it was made: the graph of its rule, or what the Prometheus that it came from says; `otherwise` is neither. */
export function generatorOf(
  { receivedFrom, expression }: Pick<Alert, 'receivedFrom' | 'expression'>,
  externalUrl: string,
  otherwise: string = externalUrl,
): string {
  return receivedFrom ?? (expression === undefined ? otherwise : graphUrl(expression, externalUrl));
}

/** The graph of an expression on our page. */
export function graphUrl(expression: string, externalUrl: string): string {
  return `${externalUrl.replace(/\/+$/, '')}/graph?g0.expr=${encodeURIComponent(expression)}&g0.tab=0`;
}

/** A receiver's name as Alertmanager's data have it, in its webhook too: quoted for a regular expression. */
export function quotedReceiver(name: string): string {
  return name.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
}
