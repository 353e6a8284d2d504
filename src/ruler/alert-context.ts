import type { Labels } from '../model/labels.ts';
import type { TemplateFunctions } from '../template/functions.ts';
import type { Scope } from './missing-data.ts';

/** What one evaluation needs to know besides the result. */
export interface AlertContext {
  readonly now: number;
  /** Most alerts that may be pending or firing; 0 is no limit. */
  readonly limit: number;
  readonly holdForMs: number;
  /** How long annotations may lag behind a value that changes, ms. */
  readonly refreshMs: number;
  readonly externalLabels: Labels;
  readonly functions: TemplateFunctions;
  /** A text without secrets. */
  redact(text: string): string;
  /** Whose data alerts with such labels are about. */
  scopeOf(labels: Labels): Scope;
  /** Whether data that the rule reads is missing in a scope. */
  isMissing(scope: Scope): boolean;
  /** Whether an alert about a tenant that waits for its data after an interruption has waited enough. */
  isGraceOver(tenant: string | undefined): boolean;
  /** Hears of an alert that was resolved because its data is missing for too long. */
  onUnknown(scope: Scope): void;
}
