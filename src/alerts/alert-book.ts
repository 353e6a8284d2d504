import type { Alert } from '../model/alert.ts';

/** An alert as its rule told it last; shared by the groups that tell of it. */
export interface TrackedAlert {
  alert: Alert;
  /** The id of its rule group. */
  readonly ruleGroup: string;
}

interface Entry extends TrackedAlert {
  round: number;
}

/** The alerts that fire, by rule group; tells what has changed since the last evaluation. */
export class AlertBook {
  readonly #groups = new Map<string, Map<string, Entry>>();
  #round = 0;

  /** Takes all alerts of a rule group; returns those that began or ended. One that is not named any more is over. */
  update(ruleGroup: string, alerts: readonly Alert[], now: number): readonly TrackedAlert[] {
    const round = ++this.#round;
    const entries = this.#groups.get(ruleGroup) ?? new Map<string, Entry>();
    this.#groups.set(ruleGroup, entries);
    const changed: Entry[] = [];
    for (const alert of alerts) {
      if (alert.state === 'pending') continue;
      const known = entries.get(alert.key);
      const entry = known ?? { alert, ruleGroup, round };
      entry.alert = alert;
      entry.round = round;
      if (alert.state === 'resolved') entries.delete(alert.key);
      else if (known === undefined) entries.set(alert.key, entry);
      const isFiring = alert.state === 'firing';
      if (isFiring !== (known !== undefined)) changed.push(entry);
    }
    return [...changed, ...endUnnamed(entries, round, now)];
  }

  *firing(): Generator<TrackedAlert> {
    for (const entries of this.#groups.values()) yield* entries.values();
  }
}

function endUnnamed(entries: Map<string, Entry>, round: number, now: number): readonly Entry[] {
  const gone = [...entries.values()].filter((entry) => entry.round !== round);
  for (const entry of gone) {
    entries.delete(entry.alert.key);
    entry.alert = { ...entry.alert, state: 'resolved', resolvedAt: now };
  }
  return gone;
}
