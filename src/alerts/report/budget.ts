import type { ReportedTeam } from '../../model/weekly-report.ts';
import type { Waking } from './wakings.ts';

/** How many pages a team bears (Site Reliability Engineering, chapter 11: at most two incidents in a shift). */
export interface PageBudget {
  readonly per_week: number;
  readonly per_shift: number;
  /** ms */
  readonly shift: number;
}

export interface RuleCount {
  readonly rule: string;
  readonly pages: number;
}

/** The budgets of all teams that were paged, by their names. @param wakings those of one week, oldest first */
export function teamBudgets(wakings: readonly Waking[], budget: PageBudget): ReportedTeam[] {
  return [...Map.groupBy(wakings, ({ team }) => team)]
    .map(([team, own]) => {
      const left = budget.per_week - own.length;
      const mostInShift = mostWithin(
        own.map(({ at }) => at),
        budget.shift,
      );
      const isBroken = left < 0 || mostInShift > budget.per_shift;
      return { team, pages: own.length, left, mostInShift, isBroken };
    })
    .toSorted((a, b) => (a.team < b.team ? -1 : 1));
}

/** Pages by rule, the loudest first, then by name. */
export function loudestRules(wakings: readonly Pick<Waking, 'rule'>[]): RuleCount[] {
  return [...Map.groupBy(wakings, ({ rule }) => rule)]
    .map(([rule, own]) => ({ rule, pages: own.length }))
    .toSorted((a, b) => b.pages - a.pages || (a.rule < b.rule ? -1 : 1));
}

/** The most of these moments (ms, in order) that fall into any span of so many ms. */
function mostWithin(times: readonly number[], span: number): number {
  let first = 0;
  let most = 0;
  for (const [last, time] of times.entries()) {
    while ((times[first] ?? time) <= time - span) first++;
    most = Math.max(most, last - first + 1);
  }
  return most;
}
