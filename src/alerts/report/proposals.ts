import { humanDuration } from '../../model/duration.ts';
import type { ReportedRule } from '../../model/weekly-report.ts';
import { timesOf, type ReportFacts } from './report-words.ts';
import { SOON_MS } from './rule-rows.ts';

/** What to change about a rule, when its pages of the week say so; without its name. */
export function proposalOf(row: Omit<ReportedRule, 'proposal'>): { proposal?: string } {
  const { pages, byThemselves, flaps } = row;
  if (byThemselves >= 2 && byThemselves * 2 >= pages) {
    const some = byThemselves === pages ? 'all' : String(byThemselves);
    const soon = humanDuration(SOON_MS);
    return {
      proposal: `paged ${timesOf(pages)}, ${some} of them over by themselves within ${soon}: raise \`for\` or heal it`,
    };
  }
  if (flaps >= 2)
    return {
      proposal: `paged ${timesOf(pages)} and came back ${timesOf(flaps)} soon after its end: give it \`keep_firing_for\``,
    };
  return {};
}

/** Of a budget that is broken: the rule that took the largest part of it, when that is half or more. */
export function sharesOfBudget({ teams, rules, pages }: ReportFacts): string[] {
  const [loudest] = rules;
  if (loudest === undefined || loudest.proposal !== undefined) return [];
  const isLarge = loudest.pages >= 2 && loudest.pages * 2 >= pages.length;
  if (!isLarge || !teams.some(({ isBroken }) => isBroken)) return [];
  return [`${loudest.rule} took ${loudest.pages} of ${pages.length} pages: mend its cause first`];
}
