import type { Alert } from './alert.ts';
import type { Labels } from './labels.ts';

/** Who did something, and where: what the audit and the messages name. */
export interface Person {
  readonly name: string;
  /** The id at the place they came by: a Slack user id. */
  readonly id?: string;
  readonly via: 'slack' | 'pagerduty' | 'api' | 'web' | 'cli';
}

/** A person has taken an incident. */
export interface Acknowledgement {
  readonly by: Person;
  /** ms since the epoch. */
  readonly at: number;
}

/** What a person may do about an incident from wherever they read of it. Each answers with one line for that person. */
export interface OnCallActions {
  /** @throws Failure `not_found` when the incident is not open */
  acknowledge(incidentKey: string, by: Person): Promise<string>;
  /** Silences the incident's alerts, and nothing else. @throws Failure `not_found` */
  silence(incidentKey: string, forMs: number, by: Person): Promise<string>;
  /** Runs the remedy of the incident's alert through the guard, on this person's word. @throws Failure */
  runRemedy(incidentKey: string, by: Person): Promise<string>;
}

/** Why an alert is not told, or not anew. */
export interface Mute {
  readonly kind: 'silence' | 'inhibition' | 'time_interval';
  /** The silence's id, the key of the alert that inhibits, or the name of the time interval. */
  readonly id: string;
  /** For people, one line: `silenced by jo until 05:00: upgrade`. */
  readonly reason: string;
  /** When it ends, ms, where that is known. */
  readonly until?: number;
}

/** An alert as the alerts page, the API and the CLI show it. */
export interface AlertView {
  readonly alert: Alert;
  /** Names of the receivers that its routes lead to. */
  readonly receivers: readonly string[];
  /** Keys of the incidents that tell of it: one for each route it takes. */
  readonly incidents: readonly string[];
  /** Empty when it is told. */
  readonly mutes: readonly Mute[];
  /** Until when its page is held for a heal at work, ms. */
  readonly heldUntil?: number;
  /** It is told as part of this incident instead of one of its own (a storm, a rate limit). */
  readonly foldedInto?: string;
  /** Whether its group has been looked at since it came. */
  readonly isProcessed: boolean;
}

/** The alerts of one group on one route, as `/api/v2/alerts/groups` has them. */
export interface AlertGroupView {
  readonly receiver: string;
  readonly labels: Labels;
  readonly alerts: readonly AlertView[];
}

/** What was done by whom: kept for `audit`, and for the report. */
export interface AuditEntry {
  readonly at: number;
  readonly by: Person;
  readonly action: 'acknowledge' | 'silence' | 'expire_silence' | 'run_remedy';
  /** The incident's key or the silence's id. */
  readonly subject: string;
  /** One line. */
  readonly detail: string;
}
