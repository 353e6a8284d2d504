import type { IncidentEntry, PageEntry } from '../log/incident-log.ts';

/** Whose pages are meant where no label says it. */
export const EVERYBODY = 'all';

/** Somebody was paged: once for each episode of an incident, by however many ways it reached them. */
export interface Waking {
  readonly at: number;
  readonly rule: string;
  readonly route: string;
  readonly team: string;
  readonly summary: string;
  readonly tenant?: string;
  /** The episode, where it is known. */
  readonly incident?: IncidentEntry;
}

/**
 * The pages among what was told, oldest first. What is told again in an episode woke nobody anew.
 * @param pages oldest first
 * @param incidents the episodes they may be of
 */
export function wakingsOf(pages: readonly PageEntry[], incidents: readonly IncidentEntry[]): Waking[] {
  const episodes = Map.groupBy(
    incidents.toSorted((a, b) => b.startedAt - a.startedAt),
    ({ key }) => key,
  );
  const known = new Set<string>();
  return pages.flatMap((page) => {
    const incident = page.wakes
      ? episodes.get(page.key)?.find(({ startedAt }) => startedAt <= page.at)
      : undefined;
    const id = `${page.key} ${incident?.startedAt ?? ''}`;
    if (!page.wakes || known.has(id)) return [];
    known.add(id);
    return [toWaking(page, incident)];
  });
}

function toWaking(page: PageEntry, incident: IncidentEntry | undefined): Waking {
  const { at, rule, route, team = EVERYBODY, summary, tenant } = page;
  return {
    at,
    rule,
    route,
    team,
    summary,
    ...(tenant === undefined ? {} : { tenant }),
    ...(incident === undefined ? {} : { incident }),
  };
}
