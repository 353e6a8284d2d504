import { formatMatchers } from '../../alerts/matchers/format-matcher.ts';
import { MatcherError } from '../../alerts/matchers/matcher-error.ts';
import { toMatcher } from '../../alerts/mute/silence-matchers.ts';
import { matchersFor } from '../../alerts/on-call-actions.ts';
import { parseMatchers } from '../../alerts/parse-matchers.ts';
import { Failure } from '../../model/failure.ts';
import type { Matcher } from '../../model/matcher.ts';
import type { Fields } from './form-page.ts';
import type { OnCallSources } from './sources.ts';

/** What a silence would be for. */
export interface Selection {
  /** Undefined when none is said, or what is said is wrong: never everything. */
  readonly matchers?: readonly Matcher[];
  /** As it is shown and may be changed. */
  readonly text: string;
  readonly problem?: string;
}

/** The alerts of `filter` (several are joined), or of `incident`. */
export function selectionOf(fields: Fields, { dispatcher }: OnCallSources): Selection {
  const filters = fields.getAll('filter').filter((text) => text.trim() !== '');
  const incident = fields.get('incident');
  try {
    if (filters.length === 0 && incident === null) return { text: '' };
    const matchers =
      filters.length > 0 ? filters.flatMap(parseMatchers) : matchersOf(incident ?? '', dispatcher);
    return { matchers, text: formatMatchers(matchers) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const problem = error instanceof MatcherError ? error.rendering : error.message;
    return { text: filters.join(', '), problem };
  }
}

/** Matchers for what fires in an incident and nothing else. @throws Failure `invalid` when nothing does */
function matchersOf(key: string, dispatcher: OnCallSources['dispatcher']): Matcher[] {
  const told = dispatcher.incidents().find(({ incident }) => incident.key === key)?.incident;
  const firing = dispatcher.firingIn(key);
  const members = dispatcher.alerts().filter(({ foldedInto }) => foldedInto === key);
  const alerts = firing.length > 0 ? firing : members.map(({ alert }) => alert);
  return matchersFor(Object.keys(told?.groupLabels ?? {}), alerts).map(toMatcher);
}
