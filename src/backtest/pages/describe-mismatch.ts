import { formatDuration } from '../../model/duration.ts';
import { differingFields, isInTime, type MissedPage } from './match-pages.ts';
import type { ExpectedPage } from './page-test-file.ts';
import type { ToldPage } from './told-page.ts';

/** One thing that was told otherwise than expected. */
export interface PageProblem {
  readonly problem: string;
  readonly difference: readonly string[];
}

/**
 * What became of a page that was expected.
 * @param why why nothing was told when it was expected; asked if that is so
 */
export function describeMissed({ expected, instead }: MissedPage, why: () => string): PageProblem {
  const where = placeOf(expected);
  if (instead === undefined)
    return { problem: `${where}: not told: ${why()}`, difference: show('-', expected, []) };
  const fields = differingFields(expected, instead);
  const verb = fields.length === 1 ? 'differs' : 'differ';
  const differing = fields.length === 0 ? [] : [`but ${fields.join(' and ')} ${verb}`];
  const when = isInTime(expected, instead) ? [] : [shiftOf(expected, instead)];
  const reason = instead.at > expected.at + expected.within ? `: ${why()}` : '';
  return {
    problem: `${where}: told ${[...when, ...differing].join(', ')}${reason}`,
    difference: [...show('-', expected, fields), ...show('+', instead, fields)],
  };
}

/** Something that was told and not expected. */
export function describeExtra(page: ToldPage): PageProblem {
  return { problem: `${placeOf(page)}: told, and not expected`, difference: show('+', page, ['notes']) };
}

function placeOf({ at, receiver, status }: Pick<ToldPage, 'at' | 'receiver' | 'status'>): string {
  return `${receiver} at ${formatDuration(at)}${status === 'resolved' ? ' (resolved)' : ''}`;
}

function shiftOf({ at }: ExpectedPage, got: ToldPage): string {
  return `${formatDuration(Math.abs(got.at - at))} ${got.at > at ? 'later' : 'earlier'}`;
}

/** The page in one line, and of the rest the fields that are named. */
function show(sign: '-' | '+', page: ExpectedPage | ToldPage, fields: readonly string[]): string[] {
  const { at, receiver, status, summary, wakes, alerts, notes, details = {} } = page;
  const values: Record<string, unknown> = { wakes, alerts, notes, ...details };
  const lines = fields.flatMap((name) => {
    const value = values[name];
    const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0);
    return isEmpty ? [] : [`${sign}   ${name}: ${JSON.stringify(value)}`];
  });
  const end = status === 'resolved' ? ' resolved' : '';
  return [`${sign} ${formatDuration(at)} ${receiver}${end}: ${summary}`, ...lines];
}
