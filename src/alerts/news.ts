import type { Alert } from '../model/alert.ts';
import type { Acknowledgement } from '../model/on-call.ts';
import { firingAlerts, type Group } from './group.ts';
import { isOpen } from './incident-of.ts';
import type { Lane } from './lane.ts';
import { heldUntil, type Outlook, type Telling } from './telling.ts';

const NEVER = Number.POSITIVE_INFINITY;
/** How often a receiver that shows each message anew is told how a story goes on, ms: as Alertmanager's `group_interval`. */
const STORY_MS = 300_000;

/** Whether what a lane's receiver should know differs enough from what it does know to tell it, or is due again. */
export function isNews(telling: Telling, lane: Lane, group: Group, outlook: Outlook): boolean {
  const { now } = outlook;
  const { latest: told, target } = lane;
  // What was refused is told anew in the rhythm of the group.
  if (lane.refused !== undefined && now < lane.askedAt + group.route.groupIntervalMs) return false;
  if (target.isHeartbeat === true && !isFresh(group, lane, outlook)) return false;
  if (!isOpen(told)) return true;
  // An acknowledgement that was withdrawn is none to be told: it ends with its incident.
  if (isAcknowledgedAnew(telling.acknowledged, told.acknowledged)) return true;
  // What moves in a story is shown where it stands; who would be woken by that is told of its beginning and end.
  if (telling.story !== undefined && now < storyAt(lane)) return isReminder(telling, lane, group, now);
  if (telling.story !== undefined && !sameAlerts(telling.alerts, told.alerts)) return true;
  if (telling.isMuted) return false;
  if (telling.status !== told.status || !sameAlerts(telling.alerts, told.alerts)) return true;
  if (telling.notes.some((note) => !told.details.notes.includes(note))) return true;
  if (target.notifier.showsHealing && telling.heals.join('\n') !== told.heals.join('\n')) return true;
  return isReminder(telling, lane, group, now);
}

function isReminder({ acknowledged, isMuted }: Telling, lane: Lane, group: Group, now: number): boolean {
  return acknowledged === undefined && !isMuted && isRepeatDue(lane, group, now);
}

/** When a group has to be looked at although nothing changes in it, ms. */
export function nextLook(group: Group, tellings: ReadonlyMap<Lane, Telling>, outlook: Outlook): number {
  const soon = outlook.now + group.route.groupIntervalMs;
  let next = nextUntold(group, outlook, soon);
  for (const [lane, telling] of tellings) {
    // What is under way may be refused, and is looked after.
    if (lane.isBusy || !isOpen(lane.latest) || lane.refused !== undefined) next = Math.min(next, soon);
    else {
      const at = Math.min(newsAt(telling, lane), reminderAt(telling, lane, group));
      next = Math.min(next, at > outlook.now ? at : soon);
    }
  }
  return next;
}

/** When a hold or a mute ends that keeps an alert from being told; where nobody knows, it is asked again. */
function nextUntold(group: Group, outlook: Outlook, soon: number): number {
  let next = NEVER;
  for (const alert of firingAlerts(group)) {
    next = Math.min(next, heldUntil(alert, outlook) ?? NEVER);
    for (const { until } of outlook.mutesOf(alert, group.route))
      next = Math.min(next, until === undefined || until <= outlook.now ? soon : until);
  }
  return next;
}

function isRepeatDue(lane: Lane, group: Group, now: number): boolean {
  // What is still under way is no reminder: a new sequence would show it twice.
  return !lane.isBusy && now >= repeatAt(lane, group);
}

function repeatAt({ record }: Lane, { route }: Group): number {
  return record.acceptedAt === undefined ? 0 : record.acceptedAt + route.repeatIntervalMs;
}

/** Whether a rule of the group was evaluated since the last heartbeat. */
function isFresh(group: Group, { record, askedAt }: Lane, { evaluatedAt }: Outlook): boolean {
  const last = Math.max(askedAt, record.acceptedAt ?? 0);
  return [...group.alerts.values()].some(({ ruleGroup }) => (evaluatedAt(ruleGroup) ?? 0) > last);
}

function isAcknowledgedAnew(now: Acknowledgement | undefined, told: Acknowledgement | undefined): boolean {
  return now !== undefined && now.at !== told?.at;
}

/** When a receiver is told what has gone on in a story since it was told, ms. */
function newsAt({ story, alerts }: Telling, lane: Lane): number {
  const hasGoneOn = story !== undefined && isOpen(lane.latest) && !sameAlerts(alerts, lane.latest.alerts);
  return hasGoneOn ? storyAt(lane) : NEVER;
}

function reminderAt({ isMuted, acknowledged }: Telling, lane: Lane, group: Group): number {
  return isMuted || acknowledged !== undefined ? NEVER : repeatAt(lane, group);
}

/** When a receiver may be told how a story that is open there goes on, ms. */
function storyAt({ target, record }: Lane): number {
  if (target.notifier.editsInPlace === true) return 0;
  return target.wakes ? NEVER : (record.acceptedAt ?? 0) + STORY_MS;
}

function sameAlerts(a: readonly Alert[], b: readonly Alert[]): boolean {
  const states = new Map(b.map(({ key, state }) => [key, state]));
  return a.length === states.size && a.every(({ key, state }) => states.get(key) === state);
}
