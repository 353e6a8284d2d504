import type { ReportedRoute, ReportedRule } from '../../model/weekly-report.ts';
import { loudestRules } from './budget.ts';
import type { Waking } from './wakings.ts';

/** A page that is over by itself so soon, ms, woke somebody for nothing. */
export const SOON_MS = 10 * 60_000;
/** How the log of incidents says that nobody and nothing ended it. */
const BY_ITSELF = 'over by itself';

/** Pages by rule, the loudest first. */
export function reportedRules(
  wakings: readonly Waking[],
  isOutOfHours: (waking: Waking) => boolean,
  flaps: ReadonlyMap<string, number>,
): ReportedRule[] {
  const byRule = Map.groupBy(wakings, ({ rule }) => rule);
  return loudestRules(wakings).map(({ rule, pages }) => {
    const own = byRule.get(rule) ?? [];
    return {
      rule,
      pages,
      outOfHours: own.filter(isOutOfHours).length,
      byThemselves: own.filter(isSoonOverByItself).length,
      flaps: flaps.get(rule) ?? 0,
    };
  });
}

/** Pages by route, the loudest first. */
export function reportedRoutes(
  wakings: readonly Waking[],
  isOutOfHours: (waking: Waking) => boolean,
): ReportedRoute[] {
  return [...Map.groupBy(wakings, ({ route }) => route)]
    .map(([route, own]) => ({ route, pages: own.length, outOfHours: own.filter(isOutOfHours).length }))
    .toSorted((a, b) => b.pages - a.pages || (a.route < b.route ? -1 : 1));
}

/** The value in the middle; of an even number, the mean of the two. Undefined of none. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? undefined : (lower + upper) / 2;
}

/** Somebody who took it may have ended it, whatever it looks like. */
export function isSoonOverByItself({ at, incident }: Waking): boolean {
  return (
    incident?.endedAt !== undefined &&
    incident.ended === BY_ITSELF &&
    incident.acknowledged === undefined &&
    incident.endedAt - at <= SOON_MS
  );
}
