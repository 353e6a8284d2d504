import type { Labels } from '../model/labels.ts';
import type { SavedAlert } from './saved-alert.ts';

/** How the last evaluation of a rule went; `unknown` before the first. */
export type RuleHealth = 'ok' | 'err' | 'unknown';

/** The state of an alerting rule's most advanced alert; `unknown` before the first evaluation, and of a recording rule. */
export type RuleState = 'unknown' | 'inactive' | 'pending' | 'firing';

/** A rule as the web page and `/api/v1/rules` show it. */
export interface RuleStatus {
  readonly kind: 'alert' | 'record';
  readonly name: string;
  /** The expression as written. */
  readonly query: string;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly forMs: number;
  readonly keepFiringForMs: number;
  readonly state: RuleState;
  readonly health: RuleHealth;
  /** Empty when all is well. */
  readonly lastError: string;
  /** ms since the epoch. */
  readonly lastEvaluation?: number;
  /** How long the last evaluation took. */
  readonly durationMs: number;
  /** Pending and firing ones; none of a recording rule. */
  readonly alerts: readonly SavedAlert[];
}

/** A group as the web page and `/api/v1/rules` show it. */
export interface GroupStatus {
  /** What alerts name as their group: the name, with the file where another file has a group of that name. */
  readonly id: string;
  readonly name: string;
  readonly file: string;
  readonly intervalMs: number;
  /** 0 is no limit. */
  readonly limit: number;
  readonly queryOffsetMs: number;
  /** ms since the epoch. */
  readonly lastEvaluation?: number;
  /** How long the last evaluation took, others that ran between its rules included. */
  readonly durationMs: number;
  readonly rules: readonly RuleStatus[];
}
