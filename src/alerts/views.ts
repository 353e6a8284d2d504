import type { Alert } from '../model/alert.ts';
import type { IncidentView } from '../model/incident.ts';
import type { AlertGroupView, AlertView, Mute } from '../model/on-call.ts';
import type { Group } from './group.ts';
import type { Groups } from './groups.ts';
import { isOpen } from './incident-of.ts';
import type { Lane } from './lane.ts';
import { heldUntil, type Outlook } from './telling.ts';

type ViewOutlook = Pick<Outlook, 'now' | 'healStatus' | 'mutesOf'>;

/** An alert that fires, in the groups it is told in. */
export function alertView(alert: Alert, groups: readonly Group[], outlook: ViewOutlook): AlertView {
  const held = heldUntil(alert, outlook);
  const folded = groups.find(({ foldedInto }) => foldedInto !== undefined)?.foldedInto;
  return {
    alert,
    receivers: [...new Set(groups.map(({ route }) => route.receiver))],
    incidents: groups.map(({ key }) => key),
    mutes: mutesIn(alert, groups, outlook),
    ...(held === undefined ? {} : { heldUntil: held }),
    ...(folded === undefined ? {} : { foldedInto: folded.key }),
    isProcessed: groups.some(({ lookedAt }) => lookedAt !== undefined),
  };
}

/** What keeps an alert from being told wherever it is told: where one route mutes it and another does not, nothing. */
function mutesIn(alert: Alert, groups: readonly Group[], { mutesOf }: ViewOutlook): readonly Mute[] {
  const mutes = groups.map(({ route }) => mutesOf(alert, route));
  if (mutes.some((each) => each.length === 0)) return [];
  return [...new Map(mutes.flat().map((mute) => [`${mute.kind} ${mute.id}`, mute])).values()];
}

/** The groups with what fires in them, by receiver and labels. */
export function groupViews(groups: Groups, outlook: ViewOutlook): AlertGroupView[] {
  return [...groups.all()].map((group) => ({
    receiver: group.route.receiver,
    labels: group.labels,
    alerts: [...group.alerts.values()].flatMap(({ alert }) =>
      alert.state === 'firing' ? [alertView(alert, [group], outlook)] : [],
    ),
  }));
}

/** What a lane's receiver believes to be open, also if its end does not get through, or what it refuses to know. */
export function incidentView({ latest, refused, record, target, error, failingSince }: Lane): IncidentView[] {
  const believed = error === undefined || !isOpen(record.accepted) ? undefined : record.accepted;
  const incident = isOpen(latest) ? latest : (refused ?? believed);
  if (incident === undefined || target.isHeartbeat === true) return [];
  return [
    {
      incident,
      receiver: record.receiver,
      kind: target.kind,
      error: error?.message,
      ...(failingSince === undefined ? {} : { failingSince }),
    },
  ];
}
