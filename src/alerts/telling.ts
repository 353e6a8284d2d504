import type { Alert } from '../model/alert.ts';
import type { IncidentStatus } from '../model/incident.ts';
import type { Acknowledgement, Mute } from '../model/on-call.ts';
import type { HealStatus } from '../model/plan.ts';
import { hasUntold } from './fallback.ts';
import { concerns, firingAlerts, notesFor, type Group, type Story } from './group.ts';
import { healLines, isOpen } from './incident-of.ts';
import type { Lane } from './lane.ts';
import type { Route } from './route.ts';

/** A hold longer than its heal asked for, by this, comes from a clock that was set back: the page goes out. */
const CLOCK_TOLERANCE_MS = 60_000;

/** What stands around groups when they are looked at. Times in ms. */
export interface Outlook {
  readonly now: number;
  readonly healStatus: (alertKey: string) => HealStatus | undefined;
  readonly mutesOf: (alert: Alert, route: Route) => readonly Mute[];
  readonly acknowledgementOf: (incidentKey: string) => Acknowledgement | undefined;
  readonly redact: (text: string) => string;
  /** When a rule group was evaluated last since the start. */
  readonly evaluatedAt: (ruleGroup: string) => number | undefined;
}

/** What a lane's receiver should know now, before it is made an incident. */
export interface Telling {
  readonly status: Exclude<IncidentStatus, 'resolved'>;
  readonly alerts: readonly Alert[];
  readonly heals: readonly string[];
  readonly notes: readonly string[];
  readonly acknowledged: Acknowledgement | undefined;
  readonly story: Story | undefined;
  /** All of it is muted: what was told stays, and is not told again. */
  readonly isMuted: boolean;
}

/** What is told by a lane; undefined when nothing is open for its receiver. */
export function tellingOf(lane: Lane, group: Group, outlook: Outlook): Telling | undefined {
  const { target, latest: told } = lane;
  if (isFolded(lane, group)) return undefined;
  const known = new Set(isOpen(told) ? told.alerts.map(({ key }) => key) : []);
  const firing = firingAlerts(group).filter(
    (alert) => known.has(alert.key) || isMeantFor(lane, alert, group),
  );
  const isMuted = (alert: Alert): boolean => outlook.mutesOf(alert, group.route).length > 0;
  const mayBeNew = (alert: Alert): boolean =>
    (target.notifier.showsHealing || !isHeld(alert, outlook)) && !isMuted(alert);
  // What was triggered stays so while its alert fires, even if a heal begins to hold it or somebody silences it.
  const alerts = firing.filter((alert) => known.has(alert.key) || mayBeNew(alert));
  if (alerts.length === 0) return group.story === undefined ? undefined : pauseOf(lane, group, outlook);
  const isHealing = target.notifier.showsHealing && alerts.every((alert) => isHeld(alert, outlook));
  return {
    status: isHealing ? 'healing' : 'firing',
    alerts,
    heals: healLines(alerts, outlook),
    notes: notesFor(lane, group),
    acknowledged: outlook.acknowledgementOf(group.key),
    story: group.story,
    isMuted: alerts.every(isMuted),
  };
}

/** What is told of a story while nothing of it fires. */
function pauseOf(lane: Lane, group: Group, outlook: Outlook): Telling | undefined {
  const { latest: told } = lane;
  if (!isOpen(told)) return undefined;
  return {
    status: 'firing',
    alerts: told.alerts.map((alert) => endedAlert(alert, group, outlook.now)),
    heals: told.heals,
    notes: notesFor(lane, group),
    acknowledged: outlook.acknowledgementOf(group.key),
    story: group.story,
    isMuted: true,
  };
}

/** Whether another incident tells a lane's receiver of the group. */
export function isFolded({ target }: Lane, { foldedInto }: Group): boolean {
  return foldedInto !== undefined && target.isForwarder !== true;
}

/** An alert that was told, as it is now that it is over. */
export function endedAlert(alert: Alert, { alerts }: Pick<Group, 'alerts'>, now: number): Alert {
  const last = alerts.get(alert.key)?.alert ?? alert;
  return last.state === 'resolved' ? last : { ...last, state: 'resolved', resolvedAt: now };
}

/** A fallback receiver hears only of what one of the others does not. */
function isMeantFor(lane: Lane, alert: Alert, group: Group): boolean {
  if (!concerns(lane.target, alert)) return false;
  return !lane.isFallback || group.lanes.some((other) => isUnreached(other) && concerns(other.target, alert));
}

function isUnreached(lane: Lane): boolean {
  return !lane.isFallback && lane.failingSince !== undefined && hasUntold(lane);
}

/** Whether anything of a notifier's business fires, held, muted or not. */
export function hasCause(lane: Lane, group: Group): boolean {
  return firingAlerts(group).some((alert) => concerns(lane.target, alert));
}

/** Until when an alert is not told as a remedy works on it, ms; undefined when it is not held. */
export function heldUntil(
  { key }: Alert,
  { healStatus, now }: Pick<Outlook, 'healStatus' | 'now'>,
): number | undefined {
  const heal = healStatus(key);
  if (heal?.state !== 'working' || heal.pageAt === undefined) return undefined;
  return now < heal.pageAt && now > heal.startedAt - CLOCK_TOLERANCE_MS ? heal.pageAt : undefined;
}

function isHeld(alert: Alert, outlook: Outlook): boolean {
  return heldUntil(alert, outlook) !== undefined;
}
