import type { WeeklyReport } from '../../model/weekly-report.ts';
import type { WakingEntries } from '../log/incident-log.ts';
import { teamBudgets, type PageBudget } from './budget.ts';
import { flapsByRule } from './flaps.ts';
import { healFacts, type HealEntry } from './heal-facts.ts';
import { isInOfficeHours, type OfficeHours } from './office-hours.ts';
import { proposalOf, sharesOfBudget } from './proposals.ts';
import { headlineOf, leadOf, outcomeOf, periodOf, whenOf, type ReportFacts } from './report-words.ts';
import { medianOf, reportedRoutes, reportedRules } from './rule-rows.ts';
import { wakingsOf, type Waking } from './wakings.ts';
import { weekBefore, type Week } from './week.ts';

/** So many weeks are compared, this one included. */
const WEEKS = 8;
const WEEK_MS = 7 * 86_400_000;
/** A page in an incident that has gone on for longer counts as another. */
const LONGEST_INCIDENT_MS = 2 * WEEK_MS;

export interface ReportSettings {
  readonly timeZone: string;
  readonly budget: PageBudget;
  readonly officeHours: OfficeHours;
  /** What fires again within so many ms of its end flaps. */
  readonly flapsWithin: number;
  readonly url?: string | undefined;
}

/** What happened, at least within `reportRange`; heals in any order. */
export interface ReportEntries extends WakingEntries {
  readonly heals: readonly HealEntry[];
}

/** From when to when entries are needed for the report of a week, ms. */
export function reportRange(week: Week): { from: number; to: number } {
  return { from: week.from - WEEKS * WEEK_MS - LONGEST_INCIDENT_MS, to: week.to };
}

/** The report of one week, as far as it has come by `now` (ms). */
export function weeklyReport(
  week: Week,
  entries: ReportEntries,
  settings: ReportSettings,
  now: number,
): WeeklyReport {
  const { timeZone, budget, url } = settings;
  const facts: ReportFacts = {
    week: week.id,
    number: week.number,
    from: week.from,
    to: week.to,
    timeZone,
    period: periodOf(week, timeZone),
    isOver: now >= week.to,
    budget: { perWeek: budget.per_week, perShift: budget.per_shift, shiftMs: budget.shift },
    ...pageFacts(week, entries, settings),
    ...healFacts(entries.heals.filter(({ startedAt }) => isIn(week, startedAt))),
    ...(url === undefined ? {} : { url }),
  };
  return { ...facts, headline: headlineOf(facts), lead: leadOf(facts), changes: changesOf(facts) };
}

function pageFacts(
  week: Week,
  entries: ReportEntries,
  { timeZone, officeHours, budget, flapsWithin }: ReportSettings,
): Pick<
  WeeklyReport,
  | 'pages'
  | 'outOfHours'
  | 'rules'
  | 'routes'
  | 'teams'
  | 'flaps'
  | 'weeks'
  | 'medianToAcknowledgeMs'
  | 'medianToEndMs'
> {
  const all = wakingsOf(entries.pages, entries.incidents);
  const wakings = all.filter(({ at }) => isIn(week, at));
  const isOutOfHours = ({ at }: Waking): boolean => !isInOfficeHours(at, officeHours);
  const flaps = flapsByRule(entries.incidents, week, flapsWithin);
  return {
    pages: wakings.map((waking) => ({
      at: waking.at,
      when: whenOf(waking.at, timeZone),
      rule: waking.rule,
      team: waking.team,
      ...(waking.tenant === undefined ? {} : { tenant: waking.tenant }),
      summary: waking.summary,
      isOutOfHours: isOutOfHours(waking),
      outcome: outcomeOf(waking),
    })),
    outOfHours: wakings.filter(isOutOfHours).length,
    rules: reportedRules(wakings, isOutOfHours, flaps).map((row) => ({ ...row, ...proposalOf(row) })),
    routes: reportedRoutes(wakings, isOutOfHours),
    teams: teamBudgets(wakings, budget),
    flaps: flaps.values().reduce((sum, count) => sum + count, 0),
    weeks: weeksUntil(week, timeZone, beginningOf(entries)).map((each) => ({
      week: each.id,
      number: each.number,
      pages: all.filter(({ at }) => isIn(each, at)).length,
    })),
    ...medians(wakings),
  };
}

function changesOf(facts: ReportFacts): string[] {
  const ofRules = facts.rules.flatMap(({ rule, proposal }) =>
    proposal === undefined ? [] : [`${rule} ${proposal}`],
  );
  return [...ofRules, ...sharesOfBudget(facts)];
}

function medians(wakings: readonly Waking[]): Pick<WeeklyReport, 'medianToAcknowledgeMs' | 'medianToEndMs'> {
  const after = (end: number | undefined, at: number): number[] =>
    end === undefined ? [] : [Math.max(0, end - at)];
  const taken = medianOf(wakings.flatMap(({ at, incident }) => after(incident?.acknowledged?.at, at)));
  const ended = medianOf(wakings.flatMap(({ at, incident }) => after(incident?.endedAt, at)));
  return {
    ...(taken === undefined ? {} : { medianToAcknowledgeMs: taken }),
    ...(ended === undefined ? {} : { medianToEndMs: ended }),
  };
}

/** The weeks up to this one that something is known of, oldest first. */
function weeksUntil(last: Week, timeZone: string, beginning: number): Week[] {
  const weeks = [last];
  for (let week = last; weeks.length < WEEKS && week.from > beginning; weeks.unshift(week))
    week = weekBefore(week, timeZone);
  return weeks;
}

/** When the first thing happened that is known, ms; before that nothing is known, which is not the same as nothing. */
function beginningOf({ since = Infinity, heals }: ReportEntries): number {
  return heals.reduce((oldest, { startedAt }) => Math.min(oldest, startedAt), since);
}

function isIn({ from, to }: Week, time: number): boolean {
  return time >= from && time < to;
}
