import { eventId } from '../model/event-id.ts';
import { RESOLVED_RETENTION_MS } from './alert-lifecycle.ts';
import type { MissingData, Whose } from './missing-data.ts';
import type { AlertStateChanges, SavedAlert } from './saved-alert.ts';

/** The group of the ruler's own alerts. */
export const EVIDENCE_GROUP = 'octowatch/evidence';
const RULE = 'EvidenceMissing';

/** One alert per tenant (and one for the fleet) whose data was missing for so long that other alerts' state is unknown. */
export class EvidenceAlerts {
  readonly #missing: MissingData;
  readonly #alerts = new Map<Whose, SavedAlert>();
  #changed = new Set<Whose>();
  #removed: string[] = [];

  constructor(missing: MissingData, saved: readonly SavedAlert[]) {
    this.#missing = missing;
    for (const alert of saved)
      if (alert.group === EVIDENCE_GROUP) this.#alerts.set(alert.labels['tenant'], alert);
  }

  get alerts(): readonly SavedAlert[] {
    return [...this.#alerts.values()];
  }

  /** The state of an alert of `rule` became unknown because `metrics` are missing for `tenant`. */
  raise(tenant: Whose, rule: string, metrics: readonly string[], now: number): void {
    const known = this.#alerts.get(tenant);
    if (known?.state === 'firing') return;
    const labels = { alertname: RULE, ...(tenant === undefined ? {} : { tenant }), severity: 'ticket' };
    const polls = tenant === undefined ? 'of more than a tenth of the tenants' : 'of this tenant';
    const annotations = {
      summary: `${tenant ?? 'fleet'}: no data, the state of ${rule} is unknown`,
      action: `Look at the polls ${polls}: they fail, so nobody knows whether the alert is over.`,
      metrics: metrics.join(' '),
    };
    const key = eventId(EVIDENCE_GROUP, RULE, tenant ?? '');
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
      if (alert.state === 'firing' && !this.#isMissing(tenant, alert, now)) {
        this.#put(tenant, { ...alert, state: 'resolved', resolvedAt: now });
      } else if (alert.state === 'resolved' && now - (alert.resolvedAt ?? 0) > RESOLVED_RETENTION_MS) {
        this.#alerts.delete(tenant);
        this.#removed.push(alert.key);
      }
    }
    return this.#changed.size > 0 || this.#removed.length > 0;
  }

  takeChanges(): AlertStateChanges {
    const saved = this.alerts.filter(({ labels }) => this.#changed.has(labels['tenant']));
    const removed = this.#removed;
    this.#changed = new Set();
    this.#removed = [];
    return { saved, removed };
  }

  #put(tenant: Whose, alert: SavedAlert): void {
    this.#alerts.set(tenant, alert);
    this.#changed.add(tenant);
  }

  #isMissing(tenant: Whose, { annotations }: SavedAlert, now: number): boolean {
    return this.#missing.isMissing((annotations['metrics'] ?? '').split(' '), tenant, now);
  }
}
