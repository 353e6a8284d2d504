import { Failure, messageOf } from '../../model/failure.ts';
import type { Silence, SilenceMatcher, SilenceRequest, SilenceState } from '../../model/silence.ts';
import { toMatcher } from './silence-matchers.ts';

const MOST_MATCHERS = 100;
const LONGEST_BYTES = 64 * 1024;

/** The state of a silence at `now`, ms: its end is no longer of it. */
export function silenceState({ startsAt, endsAt }: Silence, now: number): SilenceState {
  if (now >= endsAt) return 'expired';
  return now < startsAt ? 'pending' : 'active';
}

/**
 * Refuses what is no silence, by Alertmanager's rules (alertmanager `silence/silence.go` validateSilence, and
 * `api/v2/api.go` postSilencesHandler).
 * @throws Failure `invalid`, `too_large`
 */
export function checkSilence(request: SilenceRequest, now: number): void {
  const { matchers, startsAt, endsAt } = request;
  if (matchers.length === 0)
    throw invalid('it has no matcher: name the alerts it is for, such as tenant="acme"');
  for (const [index, matcher] of matchers.entries()) checkMatcher(matcher, index + 1);
  if (matchers.every(isForAbsent))
    throw invalid(
      'all its matchers match the empty text, so it would be for everything: name a label and its value',
    );
  if (!Number.isFinite(startsAt) || !Number.isFinite(endsAt)) throw invalid('it needs a start and an end');
  if (endsAt <= startsAt) throw invalid('it ends before it starts: give an end after the start');
  if (endsAt <= now) throw invalid('its end is past: give one that is to come');
  if (matchers.length > MOST_MATCHERS || JSON.stringify(request).length > LONGEST_BYTES)
    throw new Failure(
      'too_large',
      `invalid silence: at most ${MOST_MATCHERS} matchers and 64 KiB, use a regular expression`,
    );
}

/** Whether a silence may become what is asked for without changing what it was (canUpdate of the same file). */
export function canUpdate(silence: Silence, request: SilenceRequest, now: number): boolean {
  if (textOf(silence.matchers) !== textOf(request.matchers)) return false;
  const state = silenceState(silence, now);
  if (state === 'active') return toSeconds(silence.startsAt) === toSeconds(request.startsAt);
  return state === 'pending' && request.startsAt >= now;
}

function checkMatcher(matcher: SilenceMatcher, number: number): void {
  const { name, value } = matcher;
  if (name === '' || !name.isWellFormed()) throw invalid(`matcher ${number} has no label name that is UTF-8`);
  if (!value.isWellFormed()) throw invalid(`the value of matcher ${number} (${name}) is no UTF-8`);
  try {
    toMatcher(matcher);
  } catch (error) {
    throw invalid(`matcher ${number} (${name}): ${messageOf(error)}`);
  }
}

/** Negative matchers are said on purpose, and count as naming something. */
function isForAbsent(matcher: SilenceMatcher): boolean {
  return matcher.isEqual && toMatcher(matcher).matches('');
}

function textOf(matchers: readonly SilenceMatcher[]): string {
  return JSON.stringify(matchers.map(({ name, value, isRegex, isEqual }) => [name, value, isRegex, isEqual]));
}

/** Clients of the API may cut fractions of the start they were told. */
function toSeconds(ms: number): number {
  return Math.floor(ms / 1000);
}

function invalid(detail: string): Failure {
  return new Failure('invalid', `invalid silence: ${detail}`);
}
