import type { Alert, Severity } from './alert.ts';
import type { JsonValue } from './json.ts';
import type { Labels } from './labels.ts';
import type { Acknowledgement } from './on-call.ts';

/** `healing` is shown by receivers that inform (Slack) and withheld from those that wake (PagerDuty). */
export type IncidentStatus = 'firing' | 'healing' | 'resolved';

/** An incident of before that was of the same kind, and how it ended. */
export interface PastIncident {
  readonly key: string;
  readonly summary: string;
  /** ms since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** One line: `healed by octopus-task-cancel`, `over by itself`, `acknowledged by Priya Nair`. */
  readonly ended: string;
}

/** What the members of a storm have in common against everybody else. */
export interface SharedTrait {
  /** An info label: `database_server`, `region`, `node`, `version`. */
  readonly name: string;
  readonly value: string;
  /** How many of the victims have it, of how many. */
  readonly victims: number;
  readonly ofVictims: number;
  /** How many of the tenants that are no victims have it, of how many. */
  readonly others: number;
  readonly ofOthers: number;
  /** Share among victims ÷ share among all tenants. */
  readonly lift: number;
}

/** Where a reader can go from an incident; absolute addresses. */
export interface IncidentLinks {
  /** The incident on our page. */
  readonly incident: string;
  readonly runbook?: string;
  readonly tenant?: string;
  /** The rule's expression over time. */
  readonly graph?: string;
  /** A page that offers to silence just this. */
  readonly silence: string;
  /** What it is about in the watched system: the task that blocks others. */
  readonly subject?: string;
}

/**
 * What stands below the line, in the order in which a tired reader needs it. Texts are without secrets and line breaks;
 * what is not known is left out.
 */
export interface IncidentDetails {
  /** Who has what trouble, in one sentence. */
  readonly impact: string;
  /** `43 (threshold > 20)` */
  readonly value?: string;
  /** What the first thing to do is. */
  readonly action?: string;
  readonly lastSimilar?: PastIncident;
  /** Lines of other open incidents that concern the same tenant or cause, at most 3. */
  readonly alsoFiring: readonly string[];
  /** Of a storm, the strongest first. */
  readonly shared: readonly SharedTrait[];
  /** How it reached whom it reached: `PagerDuty unreachable for 5 min: sent to Slack`, `the silence of jo has ended`. */
  readonly notes: readonly string[];
  readonly links: IncidentLinks;
}

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
  readonly details: IncidentDetails;
  readonly acknowledged?: Acknowledgement;
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
  /**
   * Who has acknowledged the incident at the receiver, where it can tell; asked now and then while the incident is open.
   * @throws Failure
   */
  readonly acknowledgedBy?: (incident: Incident, signal: AbortSignal) => Promise<Acknowledgement | undefined>;
  /**
   * Says again that the incident is open to a receiver that would believe it over without (another Alertmanager), every
   * `everyMs` while it is open there. No notification: it is not written down, and the next turn is its retry.
   * @throws Failure
   */
  readonly keepAlive?: {
    readonly everyMs: number;
    readonly send: (incident: Incident, signal: AbortSignal) => Promise<void>;
  };
  /** What changes of an open incident shows where it stands and wakes nobody, even where the receiver wakes. */
  readonly editsInPlace?: true;
  /** Whether it is told `healing`; one that wakes people is not. */
  readonly showsHealing: boolean;
  /**
   * Delivers one notification; a repeated call with the same `sequence` must not show twice.
   * @throws Failure; `retryable` says whether the same notification may be tried again
   */
  notify(incident: Incident, signal: AbortSignal): Promise<Receipt>;
}

/** An incident at one notifier of a receiver, as the page shows it. */
export interface IncidentView {
  readonly incident: Incident;
  readonly receiver: string;
  /** `pagerduty`, `slack`, … */
  readonly kind: string;
  /** The failure of the last attempt, until one succeeds. */
  readonly error: string | undefined;
  /** Since when nothing gets through, ms. */
  readonly failingSince?: number;
}
