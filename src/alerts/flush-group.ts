import type { Alert } from '../model/alert.ts';
import type { Incident } from '../model/incident.ts';
import { firingAlerts, notesFor, type Group } from './group.ts';
import { healLines, incidentOf, isOpen } from './incident-of.ts';
import type { Lane } from './lane.ts';
import { isNews, nextLook } from './news.ts';
import type { Surroundings } from './page/incident-details.ts';
import { endedAlert, hasCause, isFolded, tellingOf, type Outlook, type Telling } from './telling.ts';

export interface FlushContext extends Outlook {
  readonly externalUrl: string;
  /** What is known around an incident; asked when it is told. */
  readonly around: (incidentKey: string, alerts: readonly Alert[]) => Surroundings;
}

/** Tells every lane what is news to it; returns when to look at the group again, ms. */
export function flushGroup(group: Group, context: FlushContext): number {
  const tellings = new Map<Lane, Telling>();
  for (const lane of group.lanes) {
    const told = lane.latest;
    const telling = tellingOf(lane, group, context);
    if (telling !== undefined) {
      tellings.set(lane, telling);
      if (isNews(telling, lane, group, context)) lane.want(incidentToTell(telling, group, context));
    } else if (isOpen(told) && (isFolded(lane, group) || !hasCause(lane, group))) {
      lane.want(resolvedIncident(told, group, endNotes(lane, group), context));
    }
  }
  group.lookedAt = context.now;
  group.isMuted = firingAlerts(group).some((alert) => context.mutesOf(alert, group.route).length > 0);
  return nextLook(group, tellings, context);
}

function endNotes(lane: Lane, group: Group): readonly string[] {
  const notes = notesFor(lane, group);
  return group.foldedInto === undefined ? notes : [...notes, `merged into ${group.foldedInto.line}`];
}

function incidentToTell(telling: Telling, group: Group, context: FlushContext): Incident {
  const { acknowledged, notes, story, ...rest } = telling;
  return {
    ...incidentOf({
      ...rest,
      key: group.key,
      receiver: group.route.receiver,
      groupLabels: group.labels,
      around: { ...context.around(group.key, telling.alerts), notes, shared: story?.shared ?? [] },
      ...(story === undefined ? {} : { wording: story.wording }),
      externalUrl: context.externalUrl,
      now: context.now,
      redact: context.redact,
    }),
    ...(acknowledged === undefined ? {} : { acknowledged }),
  };
}

/** The resolve of what a receiver was told, with the alerts' last state where it is known. */
export function resolvedIncident(
  told: Incident,
  group: Pick<Group, 'alerts'>,
  notes: readonly string[],
  context: Pick<FlushContext, 'now' | 'externalUrl' | 'redact' | 'healStatus'>,
): Incident {
  const alerts = told.alerts.map((alert) => endedAlert(alert, group, context.now));
  const { externalUrl, now, redact } = context;
  return {
    ...incidentOf({
      // The labels it was told are those without secrets: they do not give its key any more.
      key: told.key,
      receiver: told.receiver,
      groupLabels: told.groupLabels,
      status: 'resolved',
      alerts,
      heals: healLines(alerts, context),
      around: { impact: told.details.impact, notes, shared: told.details.shared },
      wording: () => told.summary,
      externalUrl,
      now,
      redact,
    }),
    ...(told.acknowledged === undefined ? {} : { acknowledged: told.acknowledged }),
  };
}
