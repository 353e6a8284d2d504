import type { GroupStatus } from '../ruler/rule-status.ts';

/** When rules were last evaluated, ms; undefined before the first time. */
export function lastEvaluation(groups: readonly GroupStatus[]): number | undefined {
  const times = groups.map((group) => group.lastEvaluation).filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}

/** What is not ready since a start, one phrase each: rule groups that were not evaluated yet. */
export function notReady(groups: readonly GroupStatus[], startedAt: number): string[] {
  return groups
    .filter((group) => group.lastEvaluation === undefined || group.lastEvaluation < startedAt)
    .map((group) => `rule group ${group.id} was not evaluated yet`);
}
