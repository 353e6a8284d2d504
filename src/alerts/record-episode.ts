import { severityOf } from '../model/alert.ts';
import type { Incident } from '../model/incident.ts';
import type { Episodes } from './episodes.ts';
import type { FlushContext } from './flush-group.ts';
import { firingAlerts, type Group } from './group.ts';
import { incidentOf } from './incident-of.ts';
import type { Lane } from './lane.ts';
import type { PageEntry } from './log/incident-log.ts';

/** Writes down that an incident has begun, whoever is told of it: held for a heal too, but not while it is muted. */
export function recordEpisode(
  group: Group,
  episodes: Episodes,
  context: FlushContext,
  teamLabel: string,
): void {
  if (
    group.foldedInto !== undefined ||
    episodes.has(group.key) ||
    group.lanes.some(({ target }) => target.isHeartbeat === true)
  )
    return;
  const alerts = firingAlerts(group).filter(
    (alert) => severityOf(alert.labels) !== 'log' && context.mutesOf(alert, group.route).length === 0,
  );
  if (alerts.length === 0) return;
  const { externalUrl, now, redact } = context;
  const incident = incidentOf({
    key: group.key,
    receiver: group.route.receiver,
    groupLabels: group.labels,
    status: 'firing',
    alerts,
    heals: [],
    ...(group.story === undefined ? {} : { wording: group.story.wording }),
    externalUrl,
    now,
    redact,
  });
  episodes.begin(incident, incident.commonLabels[teamLabel]);
}

/** What a receiver took that was new to it. */
export function pageEntry(
  { target, record }: Lane,
  { key, alerts, summary, commonLabels }: Incident,
  group: Group | undefined,
  teamLabel: string,
  at: number,
): PageEntry {
  const { alertname = '' } = alerts[0]?.labels ?? {};
  const { tenant, [teamLabel]: team } = commonLabels;
  return {
    at,
    key,
    summary,
    receiver: record.receiver,
    kind: target.kind,
    wakes: target.wakes,
    route: group?.route.path ?? '',
    rule: alertname,
    ...(tenant === undefined ? {} : { tenant }),
    ...(team === undefined ? {} : { team }),
  };
}
