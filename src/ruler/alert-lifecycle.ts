import type { AlertState } from '../model/alert.ts';
import type { Labels } from '../model/labels.ts';

/** How long a resolved alert is kept and handed on, ms (Prometheus `resolvedRetention`). */
export const RESOLVED_RETENTION_MS = 15 * 60_000;

/** One alert of one rule, in life. */
export interface LiveAlert {
  readonly key: string;
  /** `alertname` included. */
  readonly labels: Labels;
  annotations: Labels;
  state: AlertState;
  value: number;
  /** When the condition became true, ms; moved on by the time the alert was held while pending. */
  activeAt: number;
  firedAt?: number | undefined;
  resolvedAt?: number | undefined;
  heldSince?: number | undefined;
  keepFiringSince?: number | undefined;
}

/** What one evaluation says about an alert. */
export interface Observation {
  readonly now: number;
  /** Whether the condition is true. */
  present: boolean;
  /** Whether data that the rule reads is known to be missing for the alert's tenant. */
  missing: boolean;
}

export interface Delays {
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly holdForMs: number;
}

/** What became of an alert: `unknown` is resolved because its data has been missing for too long. */
export type Transition = 'none' | 'fired' | 'resolved' | 'unknown' | 'gone';

/**
 * Moves an alert on by one evaluation, as Prometheus does (rules/alerting.go), and holds it while its data is missing:
 * firing stays firing, pending's clock stops, for at most `holdForMs`.
 */
export function advance(alert: LiveAlert, seen: Readonly<Observation>, delays: Delays): Transition {
  if (alert.state === 'resolved') {
    return seen.now - (alert.resolvedAt ?? 0) > RESOLVED_RETENTION_MS ? 'gone' : 'none';
  }
  const held = hold(alert, seen, delays.holdForMs);
  if (seen.present) return advancePresent(alert, seen, delays, held);
  if (held) return 'none';
  if (alert.state === 'pending') return 'gone';
  if (seen.missing) return resolve(alert, seen.now, 'unknown');
  alert.keepFiringSince ??= delays.keepFiringForMs > 0 ? seen.now : undefined;
  const keeps =
    alert.keepFiringSince !== undefined && seen.now - alert.keepFiringSince < delays.keepFiringForMs;
  return keeps ? 'none' : resolve(alert, seen.now, 'resolved');
}

/** A clock that was set back must not make anything wait for as long as it was. */
export function forgetFuture(alert: LiveAlert, now: number): void {
  if (alert.activeAt > now) alert.activeAt = now;
  for (const moment of ['firedAt', 'resolvedAt', 'heldSince', 'keepFiringSince'] as const)
    if ((alert[moment] ?? 0) > now) alert[moment] = now;
}

function advancePresent(
  alert: LiveAlert,
  { now }: Readonly<Observation>,
  delays: Delays,
  held: boolean,
): Transition {
  alert.keepFiringSince = undefined;
  const trueFor = now - alert.activeAt - frozenMs(alert, now, delays.holdForMs);
  if (held || alert.state !== 'pending' || trueFor < delays.forMs) return 'none';
  alert.state = 'firing';
  alert.firedAt = now;
  return 'fired';
}

/** Begins, goes on with or ends the hold; true while it lasts. */
function hold(alert: LiveAlert, { now, missing }: Readonly<Observation>, holdForMs: number): boolean {
  if (missing) {
    alert.heldSince ??= now;
    return now - alert.heldSince < holdForMs;
  }
  if (alert.state === 'pending') alert.activeAt += frozenMs(alert, now, holdForMs);
  alert.heldSince = undefined;
  return false;
}

function frozenMs({ heldSince }: LiveAlert, now: number, holdForMs: number): number {
  return heldSince === undefined ? 0 : Math.min(now - heldSince, holdForMs);
}

function resolve(alert: LiveAlert, now: number, how: 'resolved' | 'unknown'): Transition {
  alert.state = 'resolved';
  alert.resolvedAt = now;
  alert.heldSince = undefined;
  alert.keepFiringSince = undefined;
  return how;
}
