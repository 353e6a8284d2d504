import type { Incident, Notifier } from '../model/incident.ts';
import { membersOf, type JsonObject } from '../model/json.ts';
import type { Acknowledgement } from '../model/on-call.ts';
import { withDeadline } from '../model/with-deadline.ts';
import { reportPart, type NotifyDependencies } from './dependencies.ts';
import type { OpenIncident, PagerDutyRest } from './pagerduty-rest.ts';

/** For all that REST adds to a notification: the page has gone out by then. */
const REST_MS = 3000;
const MAX_TITLES = 5;
const PLACES = {
  slack: 'in Slack',
  api: 'over the API',
  web: 'on the page of octowatch',
  cli: 'by the command line',
};

/** What is remembered of an open incident at PagerDuty. */
export interface Known extends JsonObject {
  /** What it is called; more than one while it is not known which edit arrived. */
  readonly titles: readonly string[];
  /** When the acknowledgement that was passed on was made, ms. */
  readonly acknowledged: number | null;
}

/** What the receipt of an incident remembers; undefined before it was told. */
export function knownOf({ receipt }: Incident): Known | undefined {
  const { titles, acknowledged } = membersOf(receipt);
  if (!Array.isArray(titles)) return undefined;
  return { titles: titles.map(String), acknowledged: typeof acknowledged === 'number' ? acknowledged : null };
}

/** Who took the incident somewhere else, where PagerDuty has not been told yet. */
export function takenElsewhere(
  { acknowledged }: Incident,
  known: Known | undefined,
): Acknowledgement | undefined {
  if (acknowledged === undefined || acknowledged.by.via === 'pagerduty') return undefined;
  return acknowledged.at === known?.acknowledged ? undefined : acknowledged;
}

/**
 * Does what events cannot: the title of an open incident follows, and who took it elsewhere is named. What fails is
 * reported and not thrown: it must not repeat a page.
 * @returns what the incident may be called now
 */
export async function followIncident(
  rest: PagerDutyRest,
  { incident, known, title }: { readonly incident: Incident; readonly known: Known; readonly title: string },
  dependencies: NotifyDependencies,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const isMoved = known.titles.some((each) => each !== title);
  const taken = takenElsewhere(incident, known);
  if (!isMoved && taken === undefined) return known.titles;
  try {
    await withDeadline(dependencies.clock, REST_MS, signal, async (until) => {
      for (const open of await rest.find(incident.key, until)) {
        if (taken !== undefined) await rest.note(open.id, noteOf(taken), until);
        // A title that is not ours was written by a person, or is that of an incident into which ours was merged.
        if (open.title !== title && known.titles.includes(open.title))
          await rest.retitle(open.id, title, until);
      }
    });
    return [title];
  } catch (error) {
    reportPart(dependencies, 'pagerduty', incident, 'title or note', error);
    return [...new Set([...known.titles, title])].slice(-MAX_TITLES);
  }
}

/** Who has acknowledged at PagerDuty. */
export function acknowledgedBy(rest: PagerDutyRest): NonNullable<Notifier['acknowledgedBy']> {
  return async ({ key }, signal) => firstOf(await rest.find(key, signal));
}

function firstOf(incidents: readonly OpenIncident[]): Acknowledgement | undefined {
  const taken = incidents.flatMap(({ acknowledged }) => acknowledged ?? []);
  return taken.toSorted((a, b) => a.at - b.at)[0];
}

function noteOf({ by }: Acknowledgement): string {
  const place = by.via === 'pagerduty' ? '' : ` ${PLACES[by.via]}`;
  return `Acknowledged by ${by.name}${place}.`;
}
