import { severityOf, type Alert } from '../model/alert.ts';
import type { Incident } from '../model/incident.ts';
import type { Labels } from '../model/labels.ts';
import type { HealStatus } from '../model/plan.ts';
import { incidentOf } from './incident-of.ts';
import type { Lane, ReceiverNotifier } from './lane.ts';
import type { Route } from './route.ts';

/** The alerts of one group on one route, and the lanes that tell its receiver of them. */
export interface Group {
  readonly route: Route;
  readonly labels: Labels;
  readonly alerts: Map<string, Alert>;
  readonly lanes: readonly { readonly lane: Lane; readonly target: ReceiverNotifier }[];
  /** When it is looked at next, ms. */
  flushAt: number;
}

export interface FlushContext {
  readonly now: number;
  readonly externalUrl: string;
  readonly healStatus: (alertKey: string) => HealStatus | undefined;
}

/** Tells every lane what is news to it; returns when a held page is due (ms), or Infinity. */
export function flushGroup(group: Group, context: FlushContext): number {
  for (const { lane, target } of group.lanes) {
    const wanted = wantedBy(target, group, context);
    const told = lane.latest;
    if (
      wanted !== undefined &&
      isNews(wanted, told, target, group.route, lane.record.acceptedAt, context.now)
    )
      lane.want(wanted);
    else if (wanted === undefined && isOpen(told)) resolve(lane, target, told, group, context);
  }
  return nextHold(group, context);
}

/** What a lane's receiver should know now; undefined when nothing is open for it. */
function wantedBy(target: ReceiverNotifier, group: Group, context: FlushContext): Incident | undefined {
  const firing = [...group.alerts.values()].filter(
    (alert) =>
      alert.state === 'firing' &&
      concerns(target, alert) &&
      (target.notifier.showsHealing || !isHeld(alert, context)),
  );
  if (firing.length === 0) return undefined;
  const healing = firing.every((alert) => isHeld(alert, context));
  return incident(group, firing, healing ? 'healing' : 'firing', context);
}

function resolve(
  lane: Lane,
  target: ReceiverNotifier,
  told: Incident,
  group: Group,
  context: FlushContext,
): void {
  const stillFiring = [...group.alerts.values()].some(
    (alert) => alert.state === 'firing' && concerns(target, alert),
  );
  // What was triggered stays open while its alert fires, even if a heal began to hold it meanwhile.
  if (!stillFiring && target.sendResolved) lane.want(resolvedIncident(told, group, context));
}

/** The resolve of what a receiver was told, with the alerts' last state where it is known. */
export function resolvedIncident(
  told: Incident,
  group: Pick<Group, 'alerts' | 'labels' | 'route'>,
  context: FlushContext,
): Incident {
  const alerts = told.alerts.map((alert): Alert => {
    const last = group.alerts.get(alert.key) ?? alert;
    return last.state === 'resolved' ? last : { ...last, state: 'resolved', resolvedAt: context.now };
  });
  return incident(group, alerts, 'resolved', context);
}

function incident(
  group: Pick<Group, 'labels' | 'route'>,
  alerts: readonly Alert[],
  status: Incident['status'],
  context: FlushContext,
): Incident {
  const heals = alerts.map(({ key }) => context.healStatus(key)).filter((heal) => heal !== undefined);
  return incidentOf({
    receiver: group.route.receiver,
    groupLabels: group.labels,
    status,
    alerts,
    heals,
    externalUrl: context.externalUrl,
    now: context.now,
  });
}

function isNews(
  wanted: Incident,
  told: Incident | undefined,
  target: ReceiverNotifier,
  route: Route,
  acceptedAt: number | undefined,
  now: number,
): boolean {
  if (!isOpen(told)) return true;
  if (wanted.status !== told.status || !sameAlerts(wanted, told)) return true;
  if (target.notifier.showsHealing && wanted.heals.join('\n') !== told.heals.join('\n')) return true;
  return acceptedAt !== undefined && now - acceptedAt >= route.repeatIntervalMs;
}

function sameAlerts(a: Incident, b: Incident): boolean {
  const keys = new Set(b.alerts.map(({ key }) => key));
  return a.alerts.length === keys.size && a.alerts.every(({ key }) => keys.has(key));
}

/** Whether a receiver that was told this believes the incident to be open. */
export function isOpen(told: Incident | undefined): told is Incident {
  return told !== undefined && told.status !== 'resolved';
}

/** Whether an alert is any business of a notifier: only pages wake, and what is only for the log goes nowhere. */
function concerns(target: ReceiverNotifier, alert: Alert): boolean {
  const severity = severityOf(alert.labels);
  return severity === 'page' || (severity === 'ticket' && !target.wakes);
}

function isHeld(alert: Alert, { healStatus, now }: FlushContext): boolean {
  const heal = healStatus(alert.key);
  return heal?.state === 'working' && heal.pageAt !== undefined && now < heal.pageAt;
}

function nextHold(group: Group, context: FlushContext): number {
  const held = [...group.alerts.values()].filter(
    (alert) => alert.state === 'firing' && isHeld(alert, context),
  );
  return Math.min(
    ...held.map(({ key }) => context.healStatus(key)?.pageAt ?? Number.POSITIVE_INFINITY),
    Number.POSITIVE_INFINITY,
  );
}
