import type { Alert } from '../model/alert.ts';
import type { Labels } from '../model/labels.ts';

/** How the last evaluation of a rule went; `unknown` before the first. */
export type RuleHealth = 'ok' | 'err' | 'unknown';

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
  readonly health: RuleHealth;
  /** Empty when all is well. */
  readonly lastError: string;
  /** ms since the epoch. */
  readonly lastEvaluation?: number;
  readonly durationMs: number;
  /** Pending and firing ones; none of a recording rule. */
  readonly alerts: readonly Alert[];
}

export interface GroupStatus {
  readonly name: string;
  readonly file: string;
  readonly intervalMs: number;
  readonly limit: number;
  readonly lastEvaluation?: number;
  readonly durationMs: number;
  readonly rules: readonly RuleStatus[];
}
