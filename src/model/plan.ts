import type { Alert } from './alert.ts';
import type { JsonObject } from './json.ts';

/** One action of a remedy on one target. */
export interface Step {
  /** Idempotency key: the same intent has the same id over restarts. */
  readonly id: string;
  readonly remedy: string;
  readonly tenant: string;
  /** For people: `cancel ServerTasks-12 (RecurringScheduledDeployments, queued 12m)`. */
  readonly description: string;
  /** How a person takes it back, or why nobody can. */
  readonly undo: string;
  readonly params: JsonObject;
}

/** What a remedy would do about an alert. Never empty: a remedy that finds nothing to act on throws. */
export interface Plan {
  readonly remedy: string;
  readonly alertKey: string;
  readonly tenant: string;
  readonly steps: readonly Step[];
}

/** How a step ended. */
export interface Outcome {
  readonly status: 'applied' | 'failed';
  readonly detail: string;
}

/** A step that was written down before its call was made. */
export interface Intent {
  readonly step: Step;
  /** ms since the epoch. */
  readonly at: number;
}

/** One kind of heal. */
export interface Remedy {
  readonly name: string;
  /** Dry run: reads, never writes. @throws Failure when it finds nothing to act on or cannot tell */
  plan(alert: Alert, signal: AbortSignal): Promise<Plan>;
  /** @throws Failure; one of unknown outcome (timeout, network) is reconciled, never repeated */
  apply(step: Step, signal: AbortSignal): Promise<Outcome>;
  /** Whether an intent of unknown outcome took effect. `unknown` is never repeated: it pages. */
  reconcile(intent: Intent, signal: AbortSignal): Promise<'applied' | 'absent' | 'unknown'>;
}

/** What a person may have run for an alert. */
export interface RemedyOffer {
  readonly remedy: string;
  /** What it would do, where a dry run has told: one line. */
  readonly plan?: string;
}

/** Where the heal of one alert stands, as pages and messages tell it. */
export interface HealStatus {
  readonly alertKey: string;
  readonly remedy: string;
  readonly tenant: string;
  /** `planned`: not armed. `working`: the page is held. The rest are ends. */
  readonly state: 'planned' | 'working' | 'refused' | 'healed' | 'failed';
  /** One line: what is planned, done or refused and why. */
  readonly detail: string;
  readonly startedAt: number;
  /** While `working`: when the page goes out all the same. */
  readonly pageAt?: number;
}
