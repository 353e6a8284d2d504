import { isToldTo, type Alert } from '../model/alert.ts';
import type { SharedTrait } from '../model/incident.ts';
import type { Labels } from '../model/labels.ts';
import type { TrackedAlert } from './alert-book.ts';
import { isOpen } from './incident-of.ts';
import type { Lane, ReceiverNotifier } from './lane.ts';
import type { Route } from './route.ts';

/** The most notes that an incident carries; the latest stay. */
const MOST_NOTES = 5;

/** The alerts of one group on one route: one incident, and the lanes that tell its receiver of it. */
export interface Group {
  /** The incident's key. */
  readonly key: string;
  readonly route: Route;
  readonly labels: Labels;
  readonly alerts: Map<string, TrackedAlert>;
  /** One for each notifier of the receiver; then those of the fallback receiver, once it is needed. */
  readonly lanes: Lane[];
  /** When its first alerts have been gathered, ms: it is not looked at before. */
  readonly gatheredAt: number;
  /** When it was looked at last, ms. */
  lookedAt?: number;
  /** What its receivers are to learn besides its alerts, oldest first. */
  notes: readonly Note[];
  /** Whether something in it was muted when it was looked at. */
  isMuted: boolean;
  /** The incident that tells of it instead. */
  foldedInto?: Fold;
  /** What it is if it is more than its alerts. */
  story?: Story;
}

/** An incident that tells of many: a storm, or what was over a limit. */
export interface Fold {
  readonly key: string;
  readonly receiver: string;
  readonly line: string;
  readonly shared: readonly SharedTrait[];
  /** Keys of the incidents it tells of. */
  readonly members: readonly string[];
  /** Keys of those that it took over. */
  readonly replaces: readonly string[];
}

/** An incident that is more than what fires in it now: it stays open until the story ends. */
export interface Story {
  /** The page line, made of that of its alerts. */
  readonly wording: (line: string) => string;
  readonly shared: readonly SharedTrait[];
}

/** A sentence for all receivers of a group, or for those alone that were told instead of one that could not be reached. */
export interface Note {
  readonly text: string;
  readonly audience: 'all' | 'fallback';
}

/** The alerts of a group that fire. */
export function firingAlerts(group: Group): Alert[] {
  const firing: Alert[] = [];
  for (const { alert } of group.alerts.values()) if (alert.state === 'firing') firing.push(alert);
  return firing;
}

/** Whether nothing in the group fires any more, and nothing else keeps it open. */
export function isOver(group: Group): boolean {
  if (group.story !== undefined) return false;
  for (const { alert } of group.alerts.values()) if (alert.state === 'firing') return false;
  return true;
}

/** Whether an alert is any business of a notifier. */
export function concerns(target: ReceiverNotifier, { labels, receivedFrom }: Alert): boolean {
  // What others evaluate says nothing of us.
  if (target.isHeartbeat === true) return receivedFrom === undefined;
  return isToldTo(target.wakes, labels);
}

/** Whether a firing alert concerns a lane that has not told of anything: it need not wait for the group's interval. */
export function isUntold(group: Group, alert: Alert): boolean {
  return group.lanes.some((lane) => concerns(lane.target, alert) && !isOpen(lane.latest));
}

/** The earliest time at which a group may be looked at for a change in it, ms. */
export function mayLookAt(group: Group): number {
  return group.lookedAt === undefined ? group.gatheredAt : group.lookedAt + group.route.groupIntervalMs;
}

/** Has receivers of the group told something besides its alerts. */
export function addNote(group: Group, text: string, audience: Note['audience'] = 'all'): void {
  if (group.notes.some((note) => note.text === text)) return;
  group.notes = [...group.notes, { text, audience }].slice(-MOST_NOTES);
}

/** What a lane's receiver was told besides alerts, and what it is to be told now. */
export function notesFor(lane: Lane, { notes }: Pick<Group, 'notes'>): readonly string[] {
  const before = isOpen(lane.latest) ? lane.latest.details.notes : [];
  const mine = notes.filter(({ audience }) => audience === 'all' || lane.isFallback);
  const fresh = mine.map(({ text }) => text).filter((text) => !before.includes(text));
  return [...before, ...fresh].slice(-MOST_NOTES);
}

/** Forgets alerts that are over, but not while a lane still has to tell of their end; returns their keys. */
export function forgetResolved(group: Group): readonly string[] {
  const told = new Set(
    group.lanes.flatMap(({ latest }) => (isOpen(latest) ? latest.alerts.map(({ key }) => key) : [])),
  );
  const forgotten = [...group.alerts]
    .filter(([key, { alert }]) => alert.state === 'resolved' && !told.has(key))
    .map(([key]) => key);
  for (const key of forgotten) group.alerts.delete(key);
  return forgotten;
}
