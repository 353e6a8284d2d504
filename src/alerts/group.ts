import { severityOf, type Alert } from '../model/alert.ts';
import type { Incident } from '../model/incident.ts';
import type { Labels } from '../model/labels.ts';
import type { HealStatus } from '../model/plan.ts';
import { incidentOf, isOpen } from './incident-of.ts';
import type { Lane, ReceiverNotifier } from './lane.ts';
import type { Route } from './route.ts';

/** A hold longer than its heal asked for, by this, comes from a clock that was set back: the page goes out. */
const CLOCK_TOLERANCE_MS = 60_000;

/** The alerts of one group on one route, and the lanes that tell its receiver of them. */
export interface Group {
  readonly route: Route;
  readonly labels: Labels;
  readonly alerts: Map<string, Alert>;
  readonly lanes: readonly Lane[];
  /** When its first alerts have been gathered, ms: it is not looked at before. */
  readonly gatheredAt: number;
  /** When it is looked at next, ms. */
  flushAt: number;
}

export interface FlushContext {
  readonly now: number;
  readonly externalUrl: string;
  readonly healStatus: (alertKey: string) => HealStatus | undefined;
  readonly redact: (text: string) => string;
}

/** Tells every lane what is news to it, and forgets alerts that are over; sets when the group is looked at next. */
export function flushGroup(group: Group, context: FlushContext): void {
  for (const lane of group.lanes) {
    const told = lane.latest;
    const wanted = wantedBy(lane.target, told, group, context);
    if (wanted !== undefined) {
      if (isNews(wanted, lane, group.route, context.now)) lane.want(wanted);
    } else if (isOpen(told) && !hasCause(lane.target, group)) {
      lane.want(resolvedIncident(told, group, context));
    }
  }
  forgetResolved(group);
  group.flushAt = Math.min(nextHold(group, context), context.now + group.route.groupIntervalMs);
}

/** Whether nothing in the group fires any more. */
export function isOver(group: Group): boolean {
  return [...group.alerts.values()].every(({ state }) => state === 'resolved');
}

/** Whether a firing alert concerns a lane that has not told of anything: it need not wait for the group's interval. */
export function isUntold(group: Group, alert: Alert): boolean {
  return group.lanes.some((lane) => concerns(lane.target, alert) && !isOpen(lane.latest));
}

/** What a lane's receiver should know now; undefined when nothing is open for it. */
function wantedBy(
  target: ReceiverNotifier,
  told: Incident | undefined,
  group: Group,
  context: FlushContext,
): Incident | undefined {
  const known = new Set(isOpen(told) ? told.alerts.map(({ key }) => key) : []);
  const firing = [...group.alerts.values()].filter(
    (alert) =>
      alert.state === 'firing' &&
      concerns(target, alert) &&
      // What was triggered stays so while its alert fires, even if a heal begins to hold it.
      (target.notifier.showsHealing || known.has(alert.key) || !isHeld(alert, context)),
  );
  if (firing.length === 0) return undefined;
  const isHealing = target.notifier.showsHealing && firing.every((alert) => isHeld(alert, context));
  return incident(group, firing, isHealing ? 'healing' : 'firing', context);
}

/** Whether anything of a notifier's business fires, held or not. */
function hasCause(target: ReceiverNotifier, group: Group): boolean {
  return [...group.alerts.values()].some((alert) => alert.state === 'firing' && concerns(target, alert));
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
  // The labels it was told are those without secrets: they do not give its key any more.
  return { ...incident(group, alerts, 'resolved', context), key: told.key };
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
    redact: context.redact,
  });
}

function isNews(wanted: Incident, lane: Lane, { repeatIntervalMs }: Route, now: number): boolean {
  const { latest: told, target, record, isBusy } = lane;
  if (!isOpen(told)) return true;
  if (wanted.status !== told.status || !sameAlerts(wanted, told)) return true;
  if (target.notifier.showsHealing && wanted.heals.join('\n') !== told.heals.join('\n')) return true;
  // What is still under way is no reminder: a new sequence would show it twice.
  if (isBusy) return false;
  return record.acceptedAt === undefined || now - record.acceptedAt >= repeatIntervalMs;
}

function sameAlerts(a: Incident, b: Incident): boolean {
  const keys = new Set(b.alerts.map(({ key }) => key));
  return a.alerts.length === keys.size && a.alerts.every(({ key }) => keys.has(key));
}

/** Whether an alert is any business of a notifier: only pages wake, and what is only for the log goes nowhere. */
function concerns(target: ReceiverNotifier, alert: Alert): boolean {
  const severity = severityOf(alert.labels);
  return severity === 'page' || (severity === 'ticket' && !target.wakes);
}

function isHeld(alert: Alert, { healStatus, now }: FlushContext): boolean {
  const heal = healStatus(alert.key);
  if (heal?.state !== 'working' || heal.pageAt === undefined) return false;
  return now < heal.pageAt && now > heal.startedAt - CLOCK_TOLERANCE_MS;
}

function nextHold(group: Group, context: FlushContext): number {
  let next = Number.POSITIVE_INFINITY;
  for (const alert of group.alerts.values()) {
    if (alert.state !== 'firing' || !isHeld(alert, context)) continue;
    next = Math.min(next, context.healStatus(alert.key)?.pageAt ?? next);
  }
  return next;
}

/** Alerts that are over are kept for as long as a lane still has to tell of their end. */
function forgetResolved(group: Group): void {
  const told = new Set(
    group.lanes.flatMap(({ latest }) => (isOpen(latest) ? latest.alerts.map(({ key }) => key) : [])),
  );
  for (const { key, state } of group.alerts.values())
    if (state === 'resolved' && !told.has(key)) group.alerts.delete(key);
}
