import type { Labels } from './labels.ts';

/** The three outcomes of an alert; only a page may wake somebody. */
export const SEVERITIES = ['page', 'ticket', 'log'] as const;
export type Severity = (typeof SEVERITIES)[number];

export type AlertState = 'pending' | 'firing' | 'resolved';

/** Annotations octowatch gives a meaning; any other is passed on. */
export const ANNOTATIONS = {
  /** The page line. */
  summary: 'summary',
  /** The first thing to do. */
  action: 'action',
  runbook: 'runbook_url',
  /** The page of what it is about, in the system that is watched: the task that blocks others. */
  link: 'link_url',
  /** The kind of remedy that may heal it: `octopus-task-cancel`. */
  remedy: 'remedy',
} as const;

/** What an alert's value is compared with: the comparison that its rule ends in, where it ends in one with a number. */
export interface Threshold {
  readonly operator: '>' | '>=' | '<' | '<=' | '==' | '!=';
  readonly value: number;
  /** What both are in, where the names of the metrics say so; absent: a count. */
  readonly unit?: 'seconds' | 'bytes' | 'ratio';
}

/** One alert of one rule, as the ruler hands it to routing, healing and the web page. */
export interface Alert {
  /** Identity over restarts: a hash of (group, rule name, labels). */
  readonly key: string;
  readonly group: string;
  /** `alertname` included. */
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: AlertState;
  /** The value of the expression when it was last true. */
  readonly value: number;
  /** When the condition became true, ms. */
  readonly activeAt: number;
  readonly firedAt?: number;
  readonly resolvedAt?: number;
  /** Set while the data the rule reads is missing and the state is therefore held. */
  readonly heldSince?: number;
  /** The rule's expression, of an alert of our own rules. */
  readonly expression?: string;
  readonly threshold?: Threshold;
  /** It was posted by somebody else's Prometheus: where it was made. It never carries a remedy. */
  readonly receivedFrom?: string;
}

/** Takes the current alerts of one rule group after each evaluation: all firing ones and those resolved lately. */
export interface AlertSink {
  update(group: string, alerts: readonly Alert[]): void;
}

/** Words of others for what wakes. */
const WAKING_WORDS: ReadonlySet<string> = new Set(['critical', 'error', 'emergency', 'alert']);

/** The severity of an alert; a word of others is a page if it sounds like one, and anything else a ticket. */
export function severityOf(labels: Labels): Severity {
  const severity = labels['severity'] ?? '';
  return SEVERITIES.find((known) => known === severity) ?? (WAKING_WORDS.has(severity) ? 'page' : 'ticket');
}

/** Whether an alert's severity is none of our three words: then its route alone says who is told, as in Alertmanager. */
export function isForeignSeverity(labels: Labels): boolean {
  return !SEVERITIES.some((known) => known === labels['severity']);
}

/**
 * Whether an alert is any business of a notifier: only pages wake, and what is only for the log goes nowhere. Where the
 * severity is in words of others, routes alone decide, as in Alertmanager.
 * @param wakes whether the notifier wakes somebody
 */
export function isToldTo(wakes: boolean, labels: Labels): boolean {
  if (isForeignSeverity(labels)) return true;
  const severity = severityOf(labels);
  return severity === 'page' || (severity === 'ticket' && !wakes);
}
