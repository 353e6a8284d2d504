import type { Alert } from '../model/alert.ts';
import type { Incident } from '../model/incident.ts';
import { firingAlerts, notesFor, type Group } from './group.ts';
import { healLines, incidentOf, isOpen } from './incident-of.ts';
import type { Lane } from './lane.ts';
import { isNews, nextLook } from './news.ts';
import type { Surroundings } from './page/incident-details.ts';
import { hasCause, tellingOf, type Outlook, type Telling } from './telling.ts';

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
      if (isNews(telling, lane, group, context.now)) lane.want(incidentToTell(telling, group, context));
    } else if (isOpen(told) && !hasCause(lane, group)) {
      lane.want(resolvedIncident(told, group, notesFor(lane, group), context));
    }
  }
  group.lookedAt = context.now;
  group.isMuted = firingAlerts(group).some((alert) => context.mutesOf(alert, group.route).length > 0);
  return nextLook(group, tellings, context);
}

function incidentToTell(telling: Telling, group: Group, context: FlushContext): Incident {
  const { acknowledged, notes, ...rest } = telling;
  return {
    ...incidentOf({
      ...rest,
      key: group.key,
      receiver: group.route.receiver,
      groupLabels: group.labels,
      around: { ...context.around(group.key, telling.alerts), notes },
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
  { alerts: last }: Pick<Group, 'alerts'>,
  notes: readonly string[],
  context: Omit<FlushContext, 'mutesOf' | 'acknowledgementOf' | 'around'>,
): Incident {
  const alerts = told.alerts.map((alert): Alert => {
    const now = last.get(alert.key)?.alert ?? alert;
    return now.state === 'resolved' ? now : { ...now, state: 'resolved', resolvedAt: context.now };
  });
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
      around: { notes },
      externalUrl,
      now,
      redact,
    }),
    ...(told.acknowledged === undefined ? {} : { acknowledged: told.acknowledged }),
  };
}
