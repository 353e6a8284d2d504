import type { Person } from '../../model/on-call.ts';
import type { ReportedRemedy, WeeklyReport } from '../../model/weekly-report.ts';
import { medianOf } from './rule-rows.ts';

/** A heal as its journal has it. Times in ms. */
export interface HealEntry {
  readonly remedy: string;
  readonly state: string;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** When the page goes out although the heal still works. */
  readonly pageAt: number | null;
  /** Who asked for it, of one that a person started. */
  readonly by: Person | null;
}

/** What remedies did by themselves in a week. Those that only plan, or were refused, did nothing. */
export function healFacts(heals: readonly HealEntry[]): Pick<WeeklyReport, 'healedAt' | 'remedies'> {
  return {
    healedAt: heals
      .filter(isHealedWithoutPage)
      .map(({ startedAt }) => startedAt)
      .toSorted((a, b) => a - b),
    remedies: [...Map.groupBy(heals, ({ remedy }) => remedy)]
      .map(([remedy, own]) => reportedRemedy(remedy, own))
      .filter(({ healed, failed }) => healed + failed > 0)
      .toSorted((a, b) => b.healed - a.healed || (a.remedy < b.remedy ? -1 : 1)),
  };
}

function reportedRemedy(remedy: string, heals: readonly HealEntry[]): ReportedRemedy {
  const healed = heals.filter(isHealedWithoutPage);
  const medianMs = medianOf(healed.map(({ startedAt, endedAt }) => (endedAt ?? startedAt) - startedAt));
  return {
    remedy,
    healed: healed.length,
    failed: heals.filter(({ state }) => state === 'failed').length,
    ...(medianMs === undefined ? {} : { medianMs }),
  };
}

/** It helped before the page went out, and nobody had to ask for it. */
function isHealedWithoutPage({ state, by, endedAt, pageAt }: HealEntry): boolean {
  return state === 'healed' && by === null && (pageAt === null || (endedAt !== null && endedAt <= pageAt));
}
