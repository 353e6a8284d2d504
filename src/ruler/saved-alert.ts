import type { Alert } from '../model/alert.ts';
import type { Labels } from '../model/labels.ts';

/** An alert with what the ruler must know to go on with it after a restart. */
export interface SavedAlert extends Alert {
  /** The name of its rule. */
  readonly rule: string;
  /** Tells rules of one group apart that have the same name. */
  readonly ruleKey: string;
  /** While it fires although its condition is no longer true (`keep_firing_for`): since when, ms. */
  readonly keepFiringSince?: number;
  /** Of an alert about no single tenant: whose data it is about. */
  readonly scope?: Labels;
}

/** What one evaluation changed. */
export interface AlertStateChanges {
  readonly saved: readonly SavedAlert[];
  /** Keys of alerts that are no more. */
  readonly removed: readonly string[];
}

/** Where the state of alerts outlives the process. */
export interface AlertStateStore {
  /** Returns when the changes are durable, all of them or none. @throws Failure `disk` */
  save(changes: AlertStateChanges): void;
  load(): readonly SavedAlert[];
}

/** Forgets everything at the end: rule tests and backtests. */
export function createMemoryAlertState(): AlertStateStore {
  const alerts = new Map<string, SavedAlert>();
  return {
    save({ saved, removed }) {
      for (const key of removed) alerts.delete(key);
      for (const alert of saved) alerts.set(alert.key, alert);
    },
    load: () => [...alerts.values()],
  };
}
