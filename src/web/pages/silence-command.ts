import { formatMatcher } from '../../alerts/matchers/format-matcher.ts';
import { formatDuration } from '../../model/duration.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { SilenceLength } from './silence-lengths.ts';

/** The command that adds the same silence. */
export function silenceCommand(
  matchers: readonly Matcher[],
  { ms, endsWithAlert }: SilenceLength,
  author: string,
  comment: string,
): string {
  const words = [
    ...matchers.map((matcher) => quoted(formatMatcher(matcher))),
    '--for',
    formatDuration(ms),
    ...(endsWithAlert ? ['--until-resolved'] : []),
    ...(author === '' ? [] : ['--author', quoted(author)]),
    '--comment',
    quoted(comment === '' ? '…' : comment),
  ];
  return ['octowatch silence add', ...words].join(' ');
}

/** A text as one word of a POSIX shell. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
