import { humanDuration } from '../../model/duration.ts';
import { shortWeekday } from '../../model/weekdays.ts';
import type { ReportedTeam, WeeklyReport } from '../../model/weekly-report.ts';
import { loudestRules } from './budget.ts';
import { EVERYBODY, type Waking } from './wakings.ts';
import { zoned, type Week } from './week.ts';

/** A report before its sentences. */
export type ReportFacts = Omit<WeeklyReport, 'headline' | 'lead' | 'changes'>;

/** So many rules are named where a budget is broken. */
const MOST_NAMED = 3;

/** `once`, `twice`, `3 times`. */
export function timesOf(count: number): string {
  return count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;
}

/** `Wed 02:42` of a moment (ms). */
export function whenOf(time: number, timeZone: string): string {
  const local = zoned(time, timeZone);
  return `${shortWeekday(local.toPlainDate())} ${local.toPlainTime().toString({ smallestUnit: 'minute' })}`;
}

/** `9 to 15 November 2026`; as much of both ends as tells them apart. */
export function periodOf(week: Week, timeZone: string): string {
  const first = zoned(week.from, timeZone).toPlainDate();
  const last = zoned(week.to - 1, timeZone).toPlainDate();
  const year = first.year === last.year ? '' : ` ${first.year}`;
  const month = first.month === last.month ? '' : ` ${monthOf(first)}`;
  return `${first.day}${month}${year} to ${last.day} ${monthOf(last)} ${last.year}`;
}

/** The situation: who is woken was paged out of hours. */
export function headlineOf({ number, isOver, pages, outOfHours, healedAt }: ReportFacts): string {
  const woken = outOfHours === 0 ? 'nobody woken' : `woken ${timesOf(outOfHours)}`;
  const atWork = outOfHours === 0 && pages.length > 0 ? `, paged ${timesOf(pages.length)} at work` : '';
  const healed = healedAt.length === 0 ? 'nothing healed' : `${healedAt.length} healed`;
  return `Week ${number}${isOver ? '' : ' so far'}: ${woken}${atWork}, ${healed}`;
}

/** `6 pages of a budget of 10, 2 fewer than the week before.` */
export function leadOf({ pages, weeks, teams, budget, isOver }: ReportFacts): string {
  const [only, another] = teams;
  const ofBudget =
    another === undefined && only?.team !== undefined && only.team !== EVERYBODY
      ? `${only.team}’s budget`
      : 'a budget';
  const count = another === undefined ? ` of ${ofBudget} of ${budget.perWeek}` : ` of ${teams.length} teams`;
  const before = weeks.at(-2)?.pages;
  const compared = before === undefined || !isOver ? '' : `, ${comparison(pages.length, before)}`;
  const broken = teams.flatMap((team) =>
    brokenBudget(team, teams.length > 1, budget, loudestOf(pages, team)),
  );
  const some = pages.length === 0 ? 'No page' : pages.length === 1 ? '1 page' : `${pages.length} pages`;
  return `${[`${some}${count}${compared}`, ...broken].join('. ')}.`;
}

/** What the week was like in single numbers: a name and a value each. */
export function figuresOf(report: WeeklyReport): [name: string, value: string][] {
  const { pages, outOfHours, teams, budget, medianToAcknowledgeMs, medianToEndMs, flaps } = report;
  const most = Math.max(0, ...teams.map(({ mostInShift }) => mostInShift));
  const span = (ms: number | undefined): string => (ms === undefined ? 'not known' : humanDuration(ms));
  const leftOf = (left: number): string => (left < 0 ? `broken by ${-left}` : `${left} of ${budget.perWeek}`);
  return [
    ...teams.map(({ team, left }): [string, string] => [
      teams.length === 1 ? 'Budget left' : `Budget left, team ${team}`,
      leftOf(left),
    ]),
    ['Out of hours', `${outOfHours} of ${pages.length}`],
    [`Most within ${humanDuration(budget.shiftMs)}`, `${most}, ${budget.perShift} allowed`],
    ['Median to acknowledge', span(medianToAcknowledgeMs)],
    ['Median to the end', span(medianToEndMs)],
    ['Came back soon after the end', String(flaps)],
  ];
}

/** Who took a page and how it ended. */
export function outcomeOf({ at, incident }: Waking): string {
  if (incident === undefined) return '';
  const { acknowledged, endedAt, ended } = incident;
  const after = (time: number): string => `after ${humanDuration(Math.max(0, time - at))}`;
  const taken =
    acknowledged === undefined ? [] : [`taken by ${acknowledged.by.name} ${after(acknowledged.at)}`];
  // Who took it is said already.
  const how = ended === undefined || ended.startsWith('acknowledged by ') ? 'over' : ended;
  const end = endedAt === undefined ? 'still open' : `${how} ${after(endedAt)}`;
  return [...taken, end].join(', ');
}

/** `QueueStuck 8, DiskFull 2`: the rules that paged a team most. */
function loudestOf(pages: WeeklyReport['pages'], { team }: ReportedTeam): string {
  return loudestRules(pages.filter((page) => page.team === team))
    .slice(0, MOST_NAMED)
    .map(({ rule, pages: count }) => `${rule} ${count}`)
    .join(', ');
}

function brokenBudget(
  { team, pages, left, mostInShift, isBroken }: ReportedTeam,
  isNamed: boolean,
  { perWeek, perShift, shiftMs }: WeeklyReport['budget'],
  loudest: string,
): string[] {
  if (!isBroken) return [];
  const allowed = `where ${perShift} ${perShift === 1 ? 'is' : 'are'} allowed`;
  const breaches = [
    ...(left < 0 ? [`${pages} are ${-left} over the budget of ${perWeek}`] : []),
    ...(mostInShift > perShift ? [`${mostInShift} came within ${humanDuration(shiftMs)}, ${allowed}`] : []),
  ];
  return [`${isNamed ? `Team ${team}: ` : ''}${breaches.join('; ')} (${loudest})`];
}

function comparison(now: number, before: number): string {
  if (now === before) return 'as many as the week before';
  return `${Math.abs(now - before)} ${now < before ? 'fewer' : 'more'} than the week before`;
}

function monthOf(date: Temporal.PlainDate): string {
  return date.toLocaleString('en-US', { month: 'long' });
}
