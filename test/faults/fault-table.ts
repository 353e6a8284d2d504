import type { Profile } from './profile.ts';
import type { RowResult } from './run-rows.ts';

const HEAD = [
  'fault',
  'store',
  'lines',
  'lost',
  'doubled',
  'destroyed unread',
  'dead letters',
  's',
  'note',
  'Telegraf: lines',
  'Telegraf lost',
  'Telegraf doubled',
];

/** The results as a Markdown table. */
export function faultTable(results: readonly RowResult[], profile: Profile): string {
  const rows = results.map((result) => cellsOf(result, profile));
  const lines = [HEAD, HEAD.map((title, column) => (isNumber(column) ? '---:' : '---')), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** One line on one result, for whoever watches. */
export function progressLine({ row, store, played }: RowResult): string {
  const name = `${row.name} (${store})`;
  if (played.kind === 'skipped') return `- ${name}: skipped, ${played.why}`;
  if (played.kind === 'broken') return `✖ ${name}: ${played.why}`;
  const { lines, lost, doubled, destroyedBytes, deadLettered, seconds, problems } = played;
  const counts = `${count(lines)} lines, ${count(lost)} lost, ${count(doubled)} doubled`;
  const others = `${count(destroyedBytes)} bytes destroyed, ${count(deadLettered)} dead letters`;
  const told = [...problems.map((problem) => `    ${problem}`), played.lastWords].join('\n').trimEnd();
  return `${problems.length === 0 ? '✔' : '✖'} ${name}: ${counts}, ${others} (${seconds.toFixed(0)} s)${told === '' ? '' : `\n${told}`}`;
}

function isNumber(column: number): boolean {
  return (column >= 2 && column <= 7) || column >= 9;
}

function cellsOf({ row, store, played }: RowResult, profile: Profile): string[] {
  const { telegraf } = row;
  const title = row.title(profile);
  const theirs = telegraf === undefined ? ['', '', ''] : [telegraf.lines, telegraf.lost, telegraf.doubled];
  if (played.kind !== 'played')
    return [title, store, '', '', '', '', '', '', `${played.kind}: ${played.why.split('\n')[0]}`, ...theirs];
  const { lines, lost, doubled, destroyedBytes, deadLettered, seconds } = played;
  const destroyed = destroyedBytes === 0 ? '0' : `${count(destroyedBytes)} bytes`;
  const ours = [
    count(lines),
    count(lost),
    count(doubled),
    destroyed,
    count(deadLettered),
    seconds.toFixed(0),
  ];
  return [title, store, ...ours, noteOf(played), ...theirs];
}

function noteOf({
  note,
  drainSeconds,
  countedDestroyedBytes,
  destroyedBytes,
  problems,
}: RowResult['played'] & { kind: 'played' }): string {
  const notes = [
    note,
    drainSeconds === undefined
      ? 'never came to rest'
      : drainSeconds >= 5
        ? `last document ${drainSeconds.toFixed(0)} s after the last line`
        : '',
    destroyedBytes > 0
      ? `the agent saw and counted ${count(countedDestroyedBytes)} of the destroyed bytes`
      : '',
    ...problems.map((problem) => `**${problem}**`),
  ];
  return notes.filter((text) => text !== '').join('; ');
}

function count(value: number): string {
  return value.toLocaleString('en');
}
