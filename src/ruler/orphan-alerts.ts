import { RESOLVED_RETENTION_MS } from './alert-lifecycle.ts';
import type { AlertingRuleState } from './alerting-rule-state.ts';
import { EVIDENCE_GROUP } from './evidence-alerts.ts';
import { ruleIdentity } from './group-state.ts';
import type { AlertStateChanges, SavedAlert } from './saved-alert.ts';

/** Alerts whose rule was removed or renamed: what fired is resolved, and handed on for as long as any resolved alert. */
export class OrphanAlerts {
  #alerts: readonly SavedAlert[] = [];
  #changed: SavedAlert[] = [];
  #removed: string[] = [];

  /** Gives each alert to the rule of its identity; returns those without one. `restored` are the keys not evaluated since a restart. */
  settle(
    alerts: readonly SavedAlert[],
    homes: ReadonlyMap<string, AlertingRuleState | undefined>,
    restored: ReadonlySet<string>,
  ): readonly SavedAlert[] {
    const own = alerts.filter(({ group }) => group !== EVIDENCE_GROUP);
    return own.filter((alert) => {
      const home = homes.get(ruleIdentity(alert.group, alert.rule, alert.ruleKey));
      home?.adopt({ ...alert }, restored.has(alert.key));
      return home === undefined;
    });
  }

  /** Takes in alerts without a rule: firing ones resolve at `now`, pending ones are forgotten. */
  add(alerts: readonly SavedAlert[], now: number): void {
    for (const alert of alerts) {
      if (alert.state === 'pending') this.#removed.push(alert.key);
      else this.#keep(alert.state === 'firing' ? { ...alert, state: 'resolved', resolvedAt: now } : alert);
    }
  }

  /** Forgets what was resolved long ago; returns the groups that had such. */
  step(now: number): readonly string[] {
    const gone = this.#alerts.filter(({ resolvedAt }) => now - (resolvedAt ?? 0) > RESOLVED_RETENTION_MS);
    if (gone.length === 0) return [];
    this.#alerts = this.#alerts.filter((alert) => !gone.includes(alert));
    this.#removed.push(...gone.map(({ key }) => key));
    return gone.map(({ group }) => group);
  }

  /** All of them, or those of one group. */
  alerts(group?: string): readonly SavedAlert[] {
    return group === undefined ? this.#alerts : this.#alerts.filter((alert) => alert.group === group);
  }

  groups(): readonly string[] {
    return [...new Set(this.#alerts.map(({ group }) => group))];
  }

  takeChanges(): AlertStateChanges {
    const changes = { saved: this.#changed, removed: this.#removed };
    this.#changed = [];
    this.#removed = [];
    return changes;
  }

  #keep(alert: SavedAlert): void {
    this.#alerts = [...this.#alerts, alert];
    this.#changed.push(alert);
  }
}
