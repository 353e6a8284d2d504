import { RESOLVED_RETENTION_MS } from './alert-lifecycle.ts';
import type { AlertingRuleState } from './alerting-rule-state.ts';
import { EVIDENCE_GROUP } from './evidence-alerts.ts';
import { ruleIdentity } from './group-state.ts';
import type { AlertStateChanges, SavedAlert } from './saved-alert.ts';

/**
 * Alerts without a rule. Of a rule that was removed or renamed: what fired is resolved, and handed on for as long as any
 * resolved alert. Of a rule that may only not parse: it is held, as if its data were missing.
 */
export class OrphanAlerts {
  readonly #holdForMs: number;
  #alerts: SavedAlert[] = [];
  #changed: SavedAlert[] = [];
  #removed: string[] = [];

  constructor(holdForMs: number) {
    this.#holdForMs = holdForMs;
  }

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

  /** Takes in alerts without a rule: firing ones resolve at `now` or are held, pending ones are forgotten or held. */
  add(alerts: readonly SavedAlert[], now: number, isHeld: boolean): void {
    for (const alert of alerts) {
      const isSaved = alert.state === 'resolved' || (isHeld && alert.heldSince !== undefined);
      if (isSaved) this.#alerts.push(alert);
      else if (isHeld) this.#keep({ ...alert, heldSince: now });
      else this.#end(alert, now);
    }
  }

  /** Gives them all back: their rules may be there again, and an alert that two have would be told twice. */
  takeAll(): readonly SavedAlert[] {
    const all = this.#alerts;
    this.#alerts = [];
    return all;
  }

  /** Ends what was held for too long, forgets what was resolved long ago; returns the groups that had such. */
  step(now: number): readonly string[] {
    const over = this.#alerts.filter((alert) => this.#isOver(alert, now));
    if (over.length === 0) return [];
    this.#alerts = this.#alerts.filter((alert) => !this.#isOver(alert, now));
    for (const alert of over) {
      if (alert.state === 'resolved') this.#removed.push(alert.key);
      else this.#end(alert, now);
    }
    return over.map(({ group }) => group);
  }

  #isOver({ state, resolvedAt = 0, heldSince = 0 }: SavedAlert, now: number): boolean {
    return state === 'resolved'
      ? now - resolvedAt > RESOLVED_RETENTION_MS
      : now - heldSince >= this.#holdForMs;
  }

  #end(alert: SavedAlert, now: number): void {
    const { heldSince: _, ...rest } = alert;
    if (alert.state === 'pending') this.#removed.push(alert.key);
    else this.#keep({ ...rest, state: 'resolved', resolvedAt: now });
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
    this.#alerts.push(alert);
    this.#changed.push(alert);
  }
}
