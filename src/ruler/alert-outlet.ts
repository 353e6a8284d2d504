import type { AlertSink, AlertState } from '../model/alert.ts';
import { messageOf } from '../model/failure.ts';
import type { Labels } from '../model/labels.ts';
import type { Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { remember } from '../promql/remember.ts';
import type { AlertStateChanges, AlertStateStore, SavedAlert } from './saved-alert.ts';

/** Where alerts go. */
export interface OutletPorts {
  readonly store: AlertStateStore;
  readonly sink: AlertSink;
  readonly externalLabels: Labels;
  readonly log: Log;
  readonly metrics: SelfMetrics;
}

/** Saves what evaluations changed and hands alerts on. Neither throws: a full disk must not keep a page from going out. */
export class AlertOutlet {
  readonly #ports: OutletPorts;
  /** What the store does not have yet, by key; undefined for an alert that is no more. */
  readonly #unsaved = new Map<string, SavedAlert | undefined>();
  readonly #withExternal: (alert: SavedAlert) => SavedAlert;

  constructor(ports: OutletPorts) {
    this.#ports = ports;
    this.#withExternal = remember((alert: SavedAlert) => {
      return { ...alert, labels: { ...ports.externalLabels, ...alert.labels } };
    });
  }

  /** Saves changes, and those that an earlier save failed to. */
  save(changes: readonly AlertStateChanges[]): void {
    for (const { saved, removed } of changes) {
      for (const alert of saved) this.#unsaved.set(alert.key, alert);
      for (const key of removed) this.#unsaved.set(key, undefined);
    }
    if (this.#unsaved.size === 0) return;
    const entries = [...this.#unsaved];
    const saved = entries.flatMap(([, alert]) => (alert === undefined ? [] : [alert]));
    const removed = entries.flatMap(([key, alert]) => (alert === undefined ? [key] : []));
    try {
      this.#ports.store.save({ saved, removed });
      this.#unsaved.clear();
    } catch (error) {
      this.#ports.log.error({ error: messageOf(error) }, 'state of alerts not saved');
    }
  }

  /** Tells the sink all alerts of a group that fire or fired lately. */
  tell(group: string, alerts: readonly SavedAlert[]): void {
    const { sink, log } = this.#ports;
    try {
      sink.update(group, alerts.filter(({ state }) => state !== 'pending').map(this.#withExternal));
    } catch (error) {
      log.error({ group, error: messageOf(error) }, 'alerts not handed on');
    }
  }

  /** Counts alerts by state. */
  count(lists: readonly Iterable<{ readonly state: AlertState }>[]): void {
    const counts = { pending: 0, firing: 0, resolved: 0 };
    for (const alerts of lists) for (const { state } of alerts) counts[state]++;
    for (const [state, count] of Object.entries(counts))
      this.#ports.metrics.set('octowatch_alerts', count, { state });
  }
}
