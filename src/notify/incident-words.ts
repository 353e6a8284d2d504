import { humanDuration } from '../model/duration.ts';
import type { Incident, PastIncident, SharedTrait } from '../model/incident.ts';

/** What stands below the line of an incident, as text without markup; what is not known is left out. */
export interface IncidentWords {
  readonly impact: string;
  readonly since: string;
  readonly value?: string;
  /** What was tried, oldest first; a sentence where nothing was. */
  readonly tried: string | readonly string[];
  readonly last_similar?: string;
  readonly also_firing?: readonly string[];
  /** What the victims of a storm have in common, the strongest first. */
  readonly shared?: readonly string[];
  readonly action?: string;
  readonly notes?: readonly string[];
}

/** The words of an incident in the order in which a tired reader needs them: it is the order of the keys. */
export function wordsOf({ details, heals, startsAt }: Incident): IncidentWords {
  const { impact, value, action, lastSimilar, alsoFiring, shared, notes } = details;
  return {
    impact,
    since: utcMinute(startsAt),
    ...(value === undefined ? {} : { value }),
    tried: heals.length === 0 ? 'no automatic remedy' : heals,
    ...(lastSimilar === undefined ? {} : { last_similar: pastWords(lastSimilar) }),
    ...(alsoFiring.length === 0 ? {} : { also_firing: alsoFiring }),
    ...(shared.length === 0 ? {} : { shared: shared.map(sharedWords) }),
    ...(action === undefined ? {} : { action }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** `2026-09-14: sql-4 down, storage full (12m, healed by octopus-task-cancel)` */
export function pastWords({ summary, startedAt, endedAt, ended }: PastIncident): string {
  return `${utcMinute(startedAt).slice(0, 10)}: ${summary} (${humanDuration(Math.max(0, endedAt - startedAt))}, ${ended})`;
}

/** `sql-7: 35 of 37, 1 of 963 others` */
export function sharedWords({ value, victims, ofVictims, others, ofOthers }: SharedTrait): string {
  return `${value}: ${victims} of ${ofVictims}, ${others} of ${ofOthers} others`;
}

/** `2026-11-21 02:53 UTC` */
export function utcMinute(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
