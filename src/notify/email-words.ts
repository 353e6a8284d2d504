import { cutText } from '../model/cut-text.ts';
import { humanDuration } from '../model/duration.ts';
import type { Incident } from '../model/incident.ts';
import { oneLine } from '../model/one-line.ts';
import { utcMinute, wordsOf } from './incident-words.ts';

const COLUMNS = 72;
const LABELS = 10;
const MAX_TEXT = 1000;
const SHOWN_ALERTS = 10;

/** What stands below the page line under one label. */
export type EmailRow = readonly [label: string, lines: readonly string[]];

/** Where a mail leads, and what that is called. */
export type EmailLink = readonly [label: string, href: string];

/** The subject: the page line, which stands alone on a phone. */
export function emailSubject({ status, summary }: Incident): string {
  return status === 'resolved' ? `Resolved: ${summary}` : summary;
}

/** What stands below the line, the first thing to do first; texts without line breaks. */
export function emailRows(incident: Incident): EmailRow[] {
  const words = wordsOf(incident);
  const isOpen = incident.status !== 'resolved';
  const rows: readonly (readonly [string, string | readonly string[] | undefined])[] = [
    ['Do first', isOpen ? words.action : undefined],
    ['Impact', words.impact === incident.summary ? undefined : words.impact],
    ['Tried', words.tried],
    ['Since', sinceOf(incident)],
    ['Value', words.value],
    ['Share', words.shared],
    ['Last', words.last_similar],
    ['Also', words.also_firing],
    ['Taken by', incident.acknowledged?.by.name],
    ['Note', words.notes],
    ['Alerts', alertLines(incident)],
  ];
  return rows.flatMap(([label, text]) => {
    const lines = (typeof text === 'string' ? [text] : (text ?? []))
      .map((line) => cutText(oneLine(line), MAX_TEXT))
      .filter((line) => line !== '');
    return lines.length === 0 ? [] : [[label, lines] as const];
  });
}

/** Where the incident is on our page, and the other ways from it, by what they are called. */
export function emailLinks({ details: { links } }: Incident): EmailLink[] {
  const named = [
    ['Incident', links.incident],
    ['Runbook', links.runbook],
    ['Tenant', links.tenant],
    ['Graph', links.graph],
    ['Open', links.subject],
    ['Silence', links.silence],
  ] as const;
  return named.flatMap(([label, href]) =>
    href !== undefined && /^https?:\/\//.test(href) ? [[label, href] as const] : [],
  );
}

/** The plain text of a mail about an incident: at most 72 columns, but for addresses, which stay whole. */
export function emailText(incident: Incident): string {
  return `${[
    ...wrap(emailSubject(incident), COLUMNS),
    '',
    ...emailRows(incident).flatMap(block),
    '',
    ...emailLinks(incident).map(([label, href]) => `${label.padEnd(LABELS)}${href}`),
  ].join('\n')}\n`;
}

function sinceOf({ startsAt, endsAt, status }: Incident): string {
  const since = utcMinute(startsAt);
  if (status !== 'resolved' || endsAt === undefined) return since;
  return `${since}, over ${utcMinute(endsAt)} (${humanDuration(Math.max(0, endsAt - startsAt))})`;
}

function alertLines({ alerts }: Incident): readonly string[] {
  if (alerts.length < 2) return [];
  const shown = alerts
    .slice(0, SHOWN_ALERTS)
    .map(({ annotations, labels }) => annotations['summary'] ?? labels['alertname'] ?? 'alert');
  const left = alerts.length - shown.length;
  return left > 0 ? [...shown, `and ${left} more`] : shown;
}

function block([label, lines]: EmailRow): string[] {
  return lines
    .flatMap((line) => wrap(line, COLUMNS - LABELS))
    .map((line, index) => `${(index === 0 ? label : '').padEnd(LABELS)}${line}`);
}

/** Lines of at most `columns` characters; a word that is longer is broken. */
function wrap(text: string, columns: number): string[] {
  const lines: string[] = [''];
  for (const word of text.split(' ').flatMap((each) => pieces(each, columns))) {
    const line = lines.at(-1) ?? '';
    const longer = line === '' ? word : `${line} ${word}`;
    if (Array.from(longer).length <= columns) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function pieces(word: string, columns: number): string[] {
  const characters = Array.from(word);
  if (characters.length <= columns) return [word];
  return Array.from({ length: Math.ceil(characters.length / columns) }, (_, n) =>
    characters.slice(n * columns, (n + 1) * columns).join(''),
  );
}
