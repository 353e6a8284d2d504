import { eventId } from '../model/event-id.ts';
import type { Evidence } from '../model/ports.ts';
import { RESOLVED_RETENTION_MS } from './alert-lifecycle.ts';
import type { AlertStateChanges, SavedAlert } from './saved-alert.ts';

/** The group of the ruler's own alerts. */
export const EVIDENCE_GROUP = 'octowatch/evidence';
const RULE = 'EvidenceMissing';

/** One alert per tenant whose data has been missing for so long that the state of other alerts is unknown. */
export class EvidenceAlerts {
  readonly #evidence: Evidence;
  readonly #alerts = new Map<string, SavedAlert>();
  #changed = new Set<string>();
  #removed: string[] = [];

  constructor(evidence: Evidence, saved: readonly SavedAlert[]) {
    this.#evidence = evidence;
    for (const alert of saved)
      if (alert.group === EVIDENCE_GROUP) this.#alerts.set(alert.labels['tenant'] ?? '', alert);
  }

  get alerts(): readonly SavedAlert[] {
    return [...this.#alerts.values()];
  }

  /** The state of an alert of `rule` became unknown because `metrics` are missing for `tenant`. */
  raise(tenant: string, rule: string, metrics: readonly string[], now: number): void {
    const known = this.#alerts.get(tenant);
    if (known?.state === 'firing') return;
    const labels = { alertname: RULE, tenant, severity: 'ticket' };
    const annotations = {
      summary: `${tenant}: no data, the state of ${rule} is unknown`,
      action: 'Look at the polls of this tenant: they fail, so nobody knows whether the alert is over.',
      metrics: metrics.join(' '),
    };
    const key = eventId(EVIDENCE_GROUP, RULE, tenant);
    const times = { activeAt: now, firedAt: now };
    this.#put(tenant, {
      key,
      group: EVIDENCE_GROUP,
      rule: RULE,
      ruleKey: '',
      labels,
      annotations,
      state: 'firing',
      value: 1,
      ...times,
    });
  }

  /** Resolves what is known again, forgets what was resolved long ago; true when anything changed since the last call. */
  step(now: number): boolean {
    for (const [tenant, alert] of this.#alerts) {
      if (alert.state === 'firing' && !this.#isMissing(tenant, alert)) {
        this.#put(tenant, { ...alert, state: 'resolved', resolvedAt: now });
      } else if (alert.state === 'resolved' && now - (alert.resolvedAt ?? 0) > RESOLVED_RETENTION_MS) {
        this.#alerts.delete(tenant);
        this.#removed.push(alert.key);
      }
    }
    return this.#changed.size > 0 || this.#removed.length > 0;
  }

  takeChanges(): AlertStateChanges {
    const saved = this.alerts.filter(({ labels }) => this.#changed.has(labels['tenant'] ?? ''));
    const removed = this.#removed;
    this.#changed = new Set();
    this.#removed = [];
    return { saved, removed };
  }

  #put(tenant: string, alert: SavedAlert): void {
    this.#alerts.set(tenant, alert);
    this.#changed.add(tenant);
  }

  #isMissing(tenant: string, { annotations }: SavedAlert): boolean {
    const metrics = (annotations['metrics'] ?? '').split(' ');
    return metrics.some((metric) => this.#evidence.missingSince(metric, tenant) !== undefined);
  }
}
