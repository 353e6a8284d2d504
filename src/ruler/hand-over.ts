import type { SeriesWriters } from '../model/series-writer.ts';
import { ruleIdentity, type GroupState } from './group-state.ts';
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
