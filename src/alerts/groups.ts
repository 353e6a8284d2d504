import type { Labels } from '../model/labels.ts';
import type { Clock } from '../model/ports.ts';
import type { TrackedAlert } from './alert-book.ts';
import { DueQueue } from './due-queue.ts';
import { forgetResolved, isOver, isUntold, mayLookAt, type Group } from './group.ts';
import { incidentKey } from './incident-of.ts';
import type { Lanes } from './lanes.ts';
import { groupLabelsOf, matchRoutes, type Route } from './route.ts';

/** How often the line of an incident that tells of others is edited, ms. */
const EDIT_MS = 60_000;

/** The groups of the alerts that fire, and when each is looked at next. */
export class Groups {
  readonly #clock: Clock;
  readonly #lanes: Lanes;
  readonly #groups = new Map<string, Group>();
  /** The groups of each alert that fires, or whose end is still to be told. */
  readonly #places = new Map<string, readonly Group[]>();
  readonly #due = new DueQueue<Group>();

  constructor(clock: Clock, lanes: Lanes) {
    this.#clock = clock;
    this.#lanes = lanes;
  }

  /** When the next group is due, ms. */
  get next(): number {
    return this.#due.next;
  }

  all(): Iterable<Group> {
    return this.#groups.values();
  }

  find(incident: string): Group | undefined {
    return this.#groups.get(incident);
  }

  /** The groups that an alert is told in. */
  of(alertKey: string): readonly Group[] {
    return this.#places.get(alertKey) ?? [];
  }

  /** Has the groups of an alert that began or ended looked at when it is their time; a new one opens its groups. */
  take(tracked: TrackedAlert, route: Route): void {
    const { alert } = tracked;
    const groups = this.#places.get(alert.key) ?? this.#place(tracked, route);
    for (const group of groups) {
      const isNew = alert.state === 'firing' && group.alerts.get(alert.key)?.alert.state !== 'firing';
      group.alerts.set(alert.key, tracked);
      this.#due.hasten(group, mayLookAt(group));
      // The interval is for receivers that know of the incident: one that does not is told as soon as of any other.
      if (isNew && isUntold(group, alert))
        this.#due.hasten(group, this.#clock.now() + group.route.groupWaitMs);
    }
    if (groups.length > 0) this.#places.set(alert.key, groups);
  }

  /** Forgets alerts of a group that are over and that nobody has to be told of any more; all of it when it is over. */
  forgetResolved(group: Group): void {
    const isGone = isOver(group);
    for (const key of isGone ? group.alerts.keys() : forgetResolved(group)) this.#places.delete(key);
    if (isGone) this.#groups.delete(group.key);
    if (isGone) this.#due.delete(group);
  }

  /** Has a group looked at by `at`, ms, but not before its first alerts have been gathered. */
  hasten(group: Group, at: number): void {
    if (this.#groups.get(group.key) === group) this.#due.hasten(group, Math.max(at, group.gatheredAt));
  }

  /** Takes out the groups that are due, for a look each. */
  takeDue(now: number): Iterable<Group> {
    return this.#due.takeDue(now);
  }

  clear(): void {
    this.#groups.clear();
    this.#places.clear();
    this.#due.clear();
  }

  /** The clock was set back to `now`: no group waits for longer than its own intervals. */
  setBack(now: number): void {
    for (const group of this.#groups.values()) {
      if ((group.lookedAt ?? now) > now) group.lookedAt = now;
      this.#due.hasten(group, now + Math.max(group.route.groupWaitMs, group.route.groupIntervalMs));
    }
  }

  /** Opens the group of an incident that tells of others, which are told on `route`. */
  openFold(key: string, route: Route): Group {
    const own = { ...route, path: `${route.path} (folded)`, groupWaitMs: 0, groupIntervalMs: EDIT_MS };
    const group = this.#open(key, own, {});
    const lanes = group.lanes.filter(({ target }) => target.isForwarder !== true);
    group.lanes.splice(0, group.lanes.length, ...lanes);
    return group;
  }

  #place({ alert }: TrackedAlert, root: Route): readonly Group[] {
    return matchRoutes(root, alert.labels).flatMap((route) => {
      const labels = groupLabelsOf(route, alert.labels);
      const key = incidentKey(route, labels);
      const group = this.#groups.get(key);
      if (group === undefined && alert.state !== 'firing') return [];
      return [group ?? this.#open(key, route, labels)];
    });
  }

  #open(key: string, route: Route, labels: Labels): Group {
    const gatheredAt = this.#clock.now() + route.groupWaitMs;
    const lanes = this.#lanes.of(key, route.receiver);
    const group: Group = {
      key,
      route,
      labels,
      lanes,
      gatheredAt,
      alerts: new Map(),
      notes: [],
      isMuted: false,
    };
    this.#groups.set(key, group);
    return group;
  }
}
