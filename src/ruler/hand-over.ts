import type { SeriesWriters } from '../model/series-writer.ts';
import { ruleIdentity, type GroupState } from './group-state.ts';
import type { OrphanAlerts } from './orphan-alerts.ts';
import type { SavedAlert } from './saved-alert.ts';

/**
 * Ends what rules wrote that are no more: those of before a reload, and those of alerts from before a restart. Rules
 * that stay go on with the writer of their identity.
 */
export function endLostSeries(
  previous: readonly GroupState[],
  orphans: readonly SavedAlert[],
  next: readonly GroupState[],
  writers: SeriesWriters,
  now: number,
): void {
  const lost = new Set(previous.flatMap(({ rules }) => rules.map(({ identity }) => identity)));
  for (const { group, rule, ruleKey } of orphans) lost.add(ruleIdentity(group, rule, ruleKey));
  for (const { identity } of next.flatMap(({ rules }) => rules)) lost.delete(identity);
  for (const identity of lost) writers(identity).end(now);
}

/** Gives the alerts of before a reload, or of before a restart, to the rules that stay; returns those that find none. */
export function handOverAlerts(
  previous: readonly GroupState[],
  next: readonly GroupState[],
  saved: readonly SavedAlert[],
  orphans: OrphanAlerts,
): readonly SavedAlert[] {
  const running = previous.flatMap(({ rules }) => rules);
  const before = [
    ...saved,
    ...orphans.takeAll(),
    ...running.flatMap(({ alerting }) => alerting?.handOver() ?? []),
  ];
  const restored = new Set([
    ...saved.map(({ key }) => key),
    ...running.flatMap(({ alerting }) => alerting?.restoredKeys() ?? []),
  ]);
  const homes = new Map(next.flatMap(({ rules }) => rules).map((rule) => [rule.identity, rule.alerting]));
  return orphans.settle(before, homes, restored);
}
