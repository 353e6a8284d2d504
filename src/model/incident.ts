import type { Alert, Severity } from './alert.ts';
import type { JsonValue } from './json.ts';
import type { Labels } from './labels.ts';

/** `healing` is shown by receivers that inform (Slack) and withheld from those that wake (PagerDuty). */
export type IncidentStatus = 'firing' | 'healing' | 'resolved';

/** What a receiver is told about one group of alerts. */
export interface Incident {
  /** The dedup key: stable over restarts, at most 64 characters. */
  readonly key: string;
  /** Differs for each distinct notification of the incident, equal for a repeated attempt: the idempotency key. */
  readonly sequence: string;
  readonly receiver: string;
  readonly status: IncidentStatus;
  readonly severity: Severity;
  /** The page line: tenant, symptom, number; at most 120 characters, one line. */
  readonly summary: string;
  readonly groupLabels: Labels;
  readonly commonLabels: Labels;
  readonly commonAnnotations: Labels;
  readonly alerts: readonly Alert[];
  readonly startsAt: number;
  readonly endsAt?: number;
  /** What was tried and how it went, one line each, oldest first. */
  readonly heals: readonly string[];
  /** The web page of this agent. */
  readonly externalUrl: string;
  /** What the receiver answered last time, as the notifier returned it. */
  readonly receipt?: JsonValue;
}

/** What a receiver answered: kept in the journal and handed back with the next notification of the incident. */
export interface Receipt {
  readonly ref?: JsonValue;
}

/** One receiver of one kind. */
export interface Notifier {
  /** Whether it is told `healing`; one that wakes people is not. */
  readonly showsHealing: boolean;
  /**
   * Delivers one notification; a repeated call with the same `sequence` must not show twice.
   * @throws Failure; `retryable` says whether the same notification may be tried again
   */
  notify(incident: Incident, signal: AbortSignal): Promise<Receipt>;
}
