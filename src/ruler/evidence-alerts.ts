import { eventId } from '../model/event-id.ts';
import { labelsKey, withoutLabels } from '../model/labels.ts';
import { RESOLVED_RETENTION_MS } from './alert-lifecycle.ts';
import type { Grace } from './grace.ts';
import type { MissingData, Scope } from './missing-data.ts';
import type { AlertStateChanges, SavedAlert } from './saved-alert.ts';

/** The group of the ruler's own alerts. */
export const EVIDENCE_GROUP = 'octowatch/evidence';
const RULE = 'EvidenceMissing';

/** One alert for each tenant, region … (and one for the fleet) whose data was missing for so long that the state of other alerts is unknown. */
export class EvidenceAlerts {
  readonly #missing: MissingData;
  readonly #grace: Grace;
  /** By scope. */
  readonly #alerts = new Map<string, SavedAlert>();
  #changed = new Set<string>();
  #removed: string[] = [];

  constructor(missing: MissingData, saved: readonly SavedAlert[], grace: Grace) {
    this.#missing = missing;
    this.#grace = grace;
    for (const alert of saved)
      if (alert.group === EVIDENCE_GROUP) this.#alerts.set(labelsKey(scopeOf(alert)), alert);
  }

  get alerts(): readonly SavedAlert[] {
    return [...this.#alerts.values()];
  }

  /** The state of an alert of `rule` became unknown because `metrics` are missing in a scope. */
  raise(scope: Scope, rule: string, metrics: readonly string[], now: number): void {
    const id = labelsKey(scope);
    const known = this.#alerts.get(id);
    if (known?.state === 'firing') return this.#extend(id, known, metrics);
    const { tenant } = scope;
    const labels = { alertname: RULE, ...scope, severity: 'ticket' };
    const polls = tenant === undefined ? 'of more than a tenth of the tenants' : 'of this tenant';
    const annotations = {
      summary: `${Object.values(scope).join(' ') || 'fleet'}: no data, the state of ${rule} is unknown`,
      action: `Look at the polls ${polls}: they fail, so nobody knows whether the alert is over.`,
      metrics: metrics.join(' '),
    };
    const own = tenant ?? id;
    const key = eventId(EVIDENCE_GROUP, RULE, own);
    const times = { activeAt: now, firedAt: now };
    this.#put(id, {
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

  /** It ends when none of all that was missing is. */
  #extend(id: string, alert: SavedAlert, more: readonly string[]): void {
    const metrics = [...new Set([...metricsOf(alert), ...more])].join(' ');
    if (metrics !== alert.annotations['metrics'])
      this.#put(id, { ...alert, annotations: { ...alert.annotations, metrics } });
  }

  /** Resolves what is known again, forgets what was resolved long ago; true when anything changed since the last call. */
  step(now: number): boolean {
    for (const [id, alert] of this.#alerts) {
      if (alert.state === 'firing' && !this.#isMissing(alert, now)) {
        this.#put(id, { ...alert, state: 'resolved', resolvedAt: now });
      } else if (alert.state === 'resolved' && now - (alert.resolvedAt ?? 0) > RESOLVED_RETENTION_MS) {
        this.#alerts.delete(id);
        this.#removed.push(alert.key);
      }
    }
    return this.#changed.size > 0 || this.#removed.length > 0;
  }

  takeChanges(): AlertStateChanges {
    const saved = [...this.#alerts].flatMap(([id, alert]) => (this.#changed.has(id) ? [alert] : []));
    const removed = this.#removed;
    this.#changed = new Set();
    this.#removed = [];
    return { saved, removed };
  }

  #put(id: string, alert: SavedAlert): void {
    this.#alerts.set(id, alert);
    this.#changed.add(id);
  }

  #isMissing(alert: SavedAlert, now: number): boolean {
    const metrics = metricsOf(alert);
    const scope = scopeOf(alert);
    if (this.#missing.isMissing(metrics, scope, now)) return true;
    return !this.#grace.isOver(now, () => this.#missing.wasRead(metrics, scope['tenant'], now));
  }
}

function metricsOf({ annotations }: SavedAlert): string[] {
  return (annotations['metrics'] ?? '').split(' ');
}

function scopeOf({ labels }: SavedAlert): Scope {
  return withoutLabels(labels, 'alertname', 'severity');
}
