import { formatMatcher } from '../alerts/matchers/format-matcher.ts';
import { toMatcher } from '../alerts/mute/silence-matchers.ts';
import { ENDS_WITH_ALERT } from '../alerts/mute/silences.ts';
import { humanDuration } from '../model/duration.ts';
import { oneLine } from '../model/one-line.ts';
import type { ShownSilence } from './alertmanager-client.ts';
import { formatTable } from './table.ts';

/** A table of silences at `now`, ms. */
export function silenceLines(silences: readonly ShownSilence[], now: number): string[] {
  if (silences.length === 0) return ['no silences'];
  const rows = silences.map((silence) => [
    silence.id,
    silence.status.state,
    whenOf(silence, now),
    oneLine(silence.createdBy) || '-',
    oneLine(silence.matchers.map((matcher) => formatMatcher(toMatcher(matcher))).join(' ')),
    oneLine(silence.comment) || '-',
  ]);
  return formatTable(['ID', 'STATE', 'WHEN', 'BY', 'MATCHERS', 'COMMENT'], rows);
}

function whenOf({ status, startsAt, endsAt, annotations }: ShownSilence, now: number): string {
  if (status.state === 'expired') return `ended ${humanDuration(now - endsAt)} ago`;
  if (status.state === 'pending') return `begins in ${humanDuration(startsAt - now)}`;
  const end = `ends in ${humanDuration(endsAt - now)}`;
  return annotations[ENDS_WITH_ALERT] === 'true' ? `${end}, or with its alerts` : end;
}
