import { ANNOTATIONS, type Alert } from '../model/alert.ts';
import { commonLabels, labelsKey } from '../model/labels.ts';
import { oneLine } from '../model/one-line.ts';

/** The longest page line, in characters. */
export const PAGE_LINE_LENGTH = 120;
/** Of an alert whose rule says nothing, so many labels tell it from others. */
const MOST_LABELS = 3;

type Worded = Pick<Alert, 'labels' | 'annotations'> & Partial<Pick<Alert, 'activeAt'>>;

/** The one line that says what is wrong: tenant, symptom, number. Never empty, never longer than the limit. */
export function pageLine(alerts: readonly Worded[]): string {
  const first = oldest(alerts);
  if (first === undefined) return 'no alerts';
  const line = alerts.length === 1 ? lineOf(first) : foldedLine(alerts, first);
  return clip(oneLine(line));
}

/** Of those that began together always the same one, in whatever order a rule found them. */
function oldest(alerts: readonly Worded[]): Worded | undefined {
  const [first, ...others] = alerts;
  return others.reduce((best, alert) => (best !== undefined && isBefore(alert, best) ? alert : best), first);
}

function isBefore(a: Worded, b: Worded): boolean {
  const [began, other] = [a.activeAt ?? 0, b.activeAt ?? 0];
  return began < other || (began === other && labelsKey(a.labels) < labelsKey(b.labels));
}

function lineOf(alert: Worded): string {
  const summary = alert.annotations[ANNOTATIONS.summary] ?? '';
  if (summary.trim() !== '') return summary;
  const { tenant, alertname = 'alert', severity: _, ...others } = alert.labels;
  const told = Object.entries(others).slice(0, MOST_LABELS);
  const which = told.length === 0 ? '' : ` (${told.map(([name, value]) => `${name}=${value}`).join(', ')})`;
  return `${tenant === undefined ? '' : `${tenant}: `}${alertname}${which}`;
}

function foldedLine(alerts: readonly Worded[], first: Worded): string {
  const { alertname, tenant } = commonLabels(alerts.map(({ labels }) => labels));
  const names = new Set(alerts.map(({ labels }) => labels['alertname']));
  if (tenant !== undefined)
    return `${tenant}: ${alerts.length} alerts, first: ${lineOf(first).replace(`${tenant}: `, '')}`;
  const tenants = new Set(alerts.map(({ labels }) => labels['tenant']));
  const who = tenants.size === 1 ? `${alerts.length} alerts` : `${tenants.size} tenants`;
  return `${who}: ${alertname ?? `${names.size} kinds of alerts`}, first ${lineOf(first)}`;
}

function clip(line: string): string {
  const characters = Array.from(line);
  if (characters.length <= PAGE_LINE_LENGTH) return line;
  const kept = characters.slice(0, PAGE_LINE_LENGTH - 1).join('');
  const space = kept.lastIndexOf(' ');
  return `${space > PAGE_LINE_LENGTH / 2 ? kept.slice(0, space) : kept}…`;
}
