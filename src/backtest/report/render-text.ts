import { textTable, wrap } from '../../alerts/report/text-lines.ts';
import { zoned } from '../../alerts/report/week.ts';
import { formatDuration, humanDuration } from '../../model/duration.ts';
import type { Rule } from '../../ruler/rule.ts';
import type { Unjudged } from '../unjudged.ts';
import type { BacktestReport } from './backtest-report.ts';
import { countOf, headlineOf } from './words.ts';

const MOST_QUIET = 8;
/** So many rules are told of one by one. */
const MOST_EXPLAINED = 8;
const MOST_NAMED = 4;

/** The report as lines for a terminal. Tables are as wide as their calendars. */
export function renderBacktest(report: BacktestReport): string[] {
  const { result } = report;
  const sections = [
    wrap(headlineOf(report)),
    wrap(spanOf(report)),
    ruleLines(report),
    quietLines(report),
    receiverLines(report),
    weekLines(report),
    titled('Not judged, of these no page says nothing', unjudgedLines(result.unjudged)),
    titled('Left out', problemLines(result.leftOut)),
    titled('Failed, and counted without those steps', problemLines(result.failed)),
    titled(
      'Warnings',
      result.warnings.flatMap((each) => wrap(each, '  ', '  ')),
    ),
  ];
  return joined(sections);
}

/** Sections with an empty line between them; those without lines are left out. */
export function joined(sections: readonly (readonly string[])[]): string[] {
  return sections
    .filter((lines) => lines.length > 0)
    .flatMap((lines, at) => (at === 0 ? lines : ['', ...lines]));
}

/** Lines below a title; none without lines. */
export function titled(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

/** `2026-11-07 03:12` */
export function minuteOf(time: number, timeZone: string): string {
  const local = zoned(time, timeZone);
  return `${local.toPlainDate().toString()} ${local.toPlainTime().toString({ smallestUnit: 'minute' })}`;
}

function spanOf({ result: { start, end, stepMs, series, evaluations }, timeZone }: BacktestReport): string {
  const rules = `${evaluations.toLocaleString('en-US')} evaluations of rules over ${countOf(series, 'series')}`;
  return `${minuteOf(start, timeZone)} to ${minuteOf(end, timeZone)} (${timeZone}), every ${formatDuration(stepMs)}: ${rules}.`;
}

function ruleLines({ rules, nights }: BacktestReport): string[] {
  if (rules.length === 0) return [];
  const header = ['Rules', 'pages', 'alerts', 'nights', 'fired', 'median', 'flaps', 'soon over'];
  const rows = rules.map((row) => [
    row.rule,
    ...[row.pages, row.alerts, row.nights].map(String),
    humanDuration(row.totalMs),
    row.medianMs === undefined ? '-' : humanDuration(row.medianMs),
    String(row.flaps),
    row.pages === 0 ? '-' : `${Math.round((100 * row.byThemselves) / row.pages)} %`,
  ]);
  const calendars = ['', ...rules.map(({ calendar }) => calendar)];
  const first = nights[0]?.day ?? '';
  const last = nights.at(-1)?.day ?? '';
  const table = textTable([header, ...rows]);
  const width = Math.max(...table.map((line) => line.length));
  const lines = table.map((line, at) => `${line.padEnd(width)}  ${calendars[at] ?? ''}`.trimEnd());
  return [
    ...lines,
    `Each night from noon to noon a character, ${first} to ${last}: . none, 1 to 9 pages, + more.`,
  ];
}

function quietLines({ quiet }: BacktestReport): string[] {
  if (quiet.length === 0) return [];
  return wrap(`${countOf(quiet.length, 'rule')} judged, never fired: ${someOf(quiet, MOST_QUIET)}.`);
}

function receiverLines({ receivers }: BacktestReport): string[] {
  if (receivers.length === 0) return [];
  const rows = receivers.map(({ receiver, ...counts }) => [
    receiver,
    ...[counts.pages, counts.outOfHours, counts.messages].map(String),
  ]);
  return textTable([['Receivers', 'pages', 'out of hours', 'messages'], ...rows]);
}

function weekLines({ weeks, budget }: BacktestReport): string[] {
  const rows = weeks.map(({ week, pages, teams }) => {
    const most = Math.max(0, ...teams.map(({ mostInShift }) => mostInShift));
    const broken = teams.filter(({ isBroken }) => isBroken).map(({ team }) => team);
    return [week, String(pages), String(most), broken.length === 0 ? 'kept' : `broken: ${broken.join(', ')}`];
  });
  const shift = humanDuration(budget.shift);
  return textTable([
    ['Weeks', 'pages', `in ${shift}`, `budget ${budget.per_week}, ${budget.per_shift} in ${shift}`],
    ...rows,
  ]);
}

/** Of a few each with what it needs; of many, those of a file together. */
function unjudgedLines(unjudged: readonly Unjudged[]): string[] {
  const [far, lacking] = [
    unjudged.filter(({ reason }) => reason === 'resolution'),
    unjudged.filter(({ reason }) => reason === 'metrics'),
  ];
  const each = ({ rule, detail }: Unjudged): string[] => wrap(`${rule.name}: ${detail}`, '  ', '    ');
  if (lacking.length <= MOST_EXPLAINED) return [...far, ...lacking].flatMap(each);
  const files = [...Map.groupBy(lacking, ({ rule }) => rule.position.file)].flatMap(([file, own]) => {
    const names = someOf(own.map(({ rule }) => rule.name));
    const metrics = someOf(own.flatMap((one) => one.metrics));
    return wrap(`${file}: ${names}; no samples of ${metrics}`, '  ', '    ');
  });
  return [...far.flatMap(each), ...files];
}

/** The first of some names, and how many more there are. */
function someOf(all: readonly string[], most = MOST_NAMED): string {
  const names = [...new Set(all)];
  const others = names.length > most ? ` and ${names.length - most} more` : '';
  return `${names.slice(0, most).join(', ')}${others}`;
}

function problemLines(problems: readonly { rule: Rule; detail: string; at?: number }[]): string[] {
  return problems.flatMap(({ rule, detail, at }) => {
    const when = at === undefined ? '' : ` (first at ${new Date(at).toISOString()})`;
    return wrap(`${rule.name}: ${detail}${when}`, '  ', '    ');
  });
}
