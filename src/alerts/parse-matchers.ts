import { Failure } from '../model/failure.ts';
import type { Matcher } from '../model/matcher.ts';
import { formatMatcher } from './matchers/format-matcher.ts';
import { MatcherError } from './matchers/matcher-error.ts';
import { parseClassicMatcher, parseClassicMatchers } from './matchers/parse-classic-matchers.ts';
import { parseUtf8Matchers } from './matchers/parse-utf8-matchers.ts';

/** What a text of matchers says, and whether it should be written otherwise. */
export interface ReadMatchers {
  readonly matchers: readonly Matcher[];
  /** It reads as Alertmanager's older grammar has it, which will go away: what to write instead. */
  readonly warning?: string;
}

/**
 * Matchers as Alertmanager reads them in its default mode: by the UTF-8 grammar, by the classic one where the first does
 * not hold or says something else (alertmanager `matcher/compat`, docs/configuration.md "Label matchers"). None for an
 * empty text and `{}`. Regular expressions are RE2 and anchored; a dot is any character, as in Prometheus.
 * @throws MatcherError with the position by the UTF-8 grammar when neither holds
 */
export function readMatchers(text: string): ReadMatchers {
  return readByEither(
    () => parseUtf8Matchers(text),
    () => parseClassicMatchers(text),
  );
}

/**
 * The same for where all must not be meant by accident: a text without a matcher is refused.
 * @throws MatcherError
 */
export function parseMatchers(text: string): Matcher[] {
  const { matchers } = readMatchers(text);
  if (matchers.length === 0)
    throw new MatcherError(text, wholeOf(text), 'no matcher, which would match all: leave it out');
  return [...matchers];
}

/**
 * One matcher without braces, as arguments of a command line and filters of the API are; the classic grammar takes commas
 * as part of its value.
 * @throws MatcherError
 */
export function parseMatcher(text: string): Matcher {
  if (text.startsWith('{') || text.endsWith('}'))
    throw new MatcherError(text, wholeOf(text), 'one matcher stands without braces');
  const { matchers } = readByEither(
    () => onlyOne(text, parseUtf8Matchers(text)),
    () => [parseClassicMatcher(text)],
  );
  const [matcher] = onlyOne(text, matchers);
  return matcher;
}

function onlyOne(text: string, matchers: readonly Matcher[]): [Matcher] {
  const [matcher, ...others] = matchers;
  if (matcher !== undefined && others.length === 0) return [matcher];
  throw new MatcherError(text, wholeOf(text), `expected one matcher, found ${matchers.length}`);
}

function readByEither(utf8: () => Matcher[], classic: () => Matcher[]): ReadMatchers {
  const [read, old] = [attempt(utf8), attempt(classic)];
  if (old instanceof Failure) {
    if (read instanceof Failure) throw read;
    return { matchers: read };
  }
  const taken = formatted(old);
  // The classic grammar takes a brace alone as no matcher at all, which would match everything.
  if (read instanceof Failure && old.length === 0) throw read;
  if (read instanceof Failure) return { matchers: old, warning: `write ${taken}: ${read.message}` };
  if (formatted(read) === taken) return { matchers: read };
  const warning = `taken as ${taken}, which later versions take as ${formatted(read)}: write the one that is meant`;
  return { matchers: old, warning };
}

function attempt(parse: () => Matcher[]): Matcher[] | Failure {
  try {
    return parse();
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

function formatted(matchers: readonly Matcher[]): string {
  return matchers.map(formatMatcher).join(',');
}

function wholeOf(text: string): { start: number; end: number } {
  return { start: 0, end: text.length };
}
