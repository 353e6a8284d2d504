import type { WakingPage } from '../report/backtest-report.ts';
import type { IncidentRecord } from './incident-records.ts';

/** A page so soon after the end of an incident, ms, was of it: alerts need some time to fire. */
export const GRACE_MS = 600_000;

/** An incident and what pages said of it. */
export interface MatchedIncident {
  readonly incident: IncidentRecord;
  /** The first page that concerns it. */
  readonly page?: WakingPage;
  /** How long after it was due the page came, ms; below 0 it came before. */
  readonly afterMs?: number;
}

export interface IncidentMatch {
  readonly caught: readonly MatchedIncident[];
  /** Those that need a page and got none. */
  readonly missed: readonly IncidentRecord[];
  /** Those that need no page and got none. */
  readonly left: readonly IncidentRecord[];
  /** Pages of incidents that need none. */
  readonly needless: readonly WakingPage[];
  /** Pages that belong to no incident. */
  readonly stray: readonly WakingPage[];
}

/**
 * Which incidents pages would have told of: a page belongs to an incident when it came between its beginning and soon
 * after its end, and a tenant or what the victims share is in both.
 * @param incidents those that began within the span that was looked at
 */
export function matchIncidents(
  incidents: readonly IncidentRecord[],
  pages: readonly WakingPage[],
): IncidentMatch {
  const matches = incidents.map((incident): MatchedIncident => {
    const page = pages.find((each) => concerns(each, incident));
    return page === undefined ? { incident } : { incident, page, afterMs: page.at - incident.dueAt };
  });
  const unpaged = matches.filter(({ page }) => page === undefined).map(({ incident }) => incident);
  const owners = pages.map((page) => incidents.filter((incident) => concerns(page, incident)));
  return {
    caught: matches.filter(({ page, incident }) => page !== undefined && incident.needsPage),
    missed: unpaged.filter(({ needsPage }) => needsPage),
    left: unpaged.filter(({ needsPage }) => !needsPage),
    needless: pages.filter(
      (_, at) => owners[at]?.length !== 0 && owners[at]?.every((each) => !each.needsPage),
    ),
    stray: pages.filter((_, at) => owners[at]?.length === 0),
  };
}

function concerns(
  { at, tenants, traits }: WakingPage,
  { from, to, shared, ...incident }: IncidentRecord,
): boolean {
  if (at < from || at > to + GRACE_MS) return false;
  if (shared !== undefined && traits.includes(shared)) return true;
  return incident.tenants.some((tenant) => tenants.includes(tenant));
}
