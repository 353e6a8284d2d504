import { kindName } from '../../alerts/kind-name.ts';
import { humanDuration } from '../../model/duration.ts';
import type { AuditEntry } from '../../model/on-call.ts';
import type { HealRow } from '../sources.ts';
import type { IncidentFacts } from './incident-facts.ts';

/** Something that happened. */
export interface TimelineEntry {
  /** ms since the epoch. */
  readonly at: number;
  readonly text: string;
}

const DONE: Readonly<Record<AuditEntry['action'], string>> = {
  acknowledge: 'acknowledged',
  silence: 'silenced',
  expire_silence: 'ended a silence',
  run_remedy: 'ran the remedy',
};

/** What happened in the newest episodes of an incident, newest first. */
export function timelineOf(
  { story }: Pick<IncidentFacts, 'story'>,
  heals: readonly HealRow[],
): TimelineEntry[] {
  const episodes = story.incidents;
  const begins = episodes.map(({ startedAt, summary }) => ({ at: startedAt, text: `Began: ${summary}` }));
  const ends = episodes.flatMap(({ startedAt, endedAt, ended }) =>
    endedAt === undefined
      ? []
      : [
          {
            at: endedAt,
            text: `Ended after ${humanDuration(endedAt - startedAt)}${ended === undefined ? '' : `: ${ended}`}`,
          },
        ],
  );
  const pages = story.pages.map(({ at, kind, receiver, wakes }) => ({
    at,
    text: `${wakes ? 'Paged by' : 'Told'} ${kindName(kind)} (${receiver})`,
  }));
  const done = story.audit.map(({ at, by, action, detail }) => ({
    at,
    text: `${by.name} ${DONE[action]} by ${by.via}${action === 'run_remedy' ? `: ${detail}` : ''}`,
  }));
  return [...begins, ...pages, ...healed(episodes, heals), ...done, ...ends].toSorted((a, b) => b.at - a.at);
}

function healed(episodes: IncidentFacts['story']['incidents'], heals: readonly HealRow[]): TimelineEntry[] {
  return heals
    .filter(({ tenant, alertName, startedAt }) =>
      episodes.some(
        (episode) =>
          episode.tenant === tenant &&
          episode.alertname === alertName &&
          startedAt >= episode.startedAt &&
          startedAt <= (episode.endedAt ?? Number.POSITIVE_INFINITY),
      ),
    )
    .map(({ startedAt, remedy, state, detail }) => ({
      at: startedAt,
      text: `Remedy ${remedy} (${state}): ${detail}`,
    }));
}
