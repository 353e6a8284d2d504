import type { IncidentStatus } from '../../model/incident.ts';
import type { SimulatedOnCall, Told } from '../on-call/simulated-on-call.ts';

/** Something that was new to a receiver: that an incident has begun, or that it has ended. */
export interface ToldPage {
  /** ms after the start of the test. */
  readonly at: number;
  readonly receiver: string;
  readonly status: IncidentStatus;
  /** Whether somebody was woken. */
  readonly wakes: boolean;
  readonly summary: string;
  /** How many alerts it tells of. */
  readonly alerts: number;
  readonly notes: readonly string[];
  readonly details: {
    readonly action?: string;
    readonly value?: string;
    readonly also_firing: readonly string[];
  };
  /** The incident's key. */
  readonly key: string;
}

/**
 * What was new to receivers, oldest first: each is told once however many notifiers it has, but of an incident that it
 * only learnt of at first, once more when it wakes somebody.
 */
export function toldPages({ told, log }: SimulatedOnCall, start: number, end: number): ToldPage[] {
  const begun = new Set(log.pages(start, end + 1).map((page) => nameOf(page, page.key)));
  const news = told.filter(
    (each) =>
      each.at <= end && (each.incident.status === 'resolved' || begun.has(nameOf(each, each.incident.key))),
  );
  const pages = Map.groupBy(news, ({ at, receiver, incident: { key, status } }) =>
    JSON.stringify([at, receiver, key, status]),
  );
  return Array.from(pages.values()).flatMap((same) => pageOf(same, start));
}

function nameOf({ at, receiver, kind }: Pick<Told, 'at' | 'receiver' | 'kind'>, key: string): string {
  return JSON.stringify([at, receiver, kind, key]);
}

/** The same as several notifiers of a receiver told it. */
function pageOf(same: readonly Told[], start: number): ToldPage[] {
  const [first] = same;
  if (first === undefined) return [];
  const { at, receiver, incident } = first;
  const { action, value, alsoFiring, notes } = incident.details;
  return [
    {
      at: at - start,
      receiver,
      status: incident.status,
      wakes: incident.status !== 'resolved' && same.some(({ wakes }) => wakes),
      summary: incident.summary,
      alerts: incident.alerts.length,
      notes,
      details: {
        ...(action === undefined ? {} : { action }),
        ...(value === undefined ? {} : { value }),
        also_firing: alsoFiring,
      },
      key: incident.key,
    },
  ];
}
