import type { Alert, AlertSink } from '../model/alert.ts';
import { messageOf } from '../model/failure.ts';
import type { IncidentView } from '../model/incident.ts';
import { labelsKey, type Labels } from '../model/labels.ts';
import type { HealStatus } from '../model/plan.ts';
import { flushGroup, isOver, isUntold, resolvedIncident, type FlushContext, type Group } from './group.ts';
import { incidentKey, isOpen } from './incident-of.ts';
import type { Lane, LaneOptions } from './lane.ts';
import { Lanes, type Receivers } from './lanes.ts';
import { groupLabelsOf, matchRoutes, type Route } from './route.ts';

const IDLE_MS = 60_000;
const AGAIN_MS = 10_000;
/** How often the journal is tidied, and a resolve that was refused for good is tried again. */
const TIDY_MS = 5 * 60_000;
const KEEP_RESOLVED_MS = 7 * 86_400_000;

export interface DispatcherOptions extends LaneOptions {
  readonly route: Route;
  readonly receivers: Receivers;
  readonly healStatus: (alertKey: string) => HealStatus | undefined;
  /** The base of links in messages. */
  readonly externalUrl: () => string;
}

/** Routes alerts, groups them, and tells receivers what is news to them. Nothing is sent before `run`. */
export interface Dispatcher extends AlertSink {
  /** Sends what a crash left open, and flushes groups when they are due, until the signal. */
  run(): Promise<void>;
  /** The heal of an alert began or ended: its groups are looked at as soon as they are gathered. */
  wake(alertKey: string): void;
  /** Every rule was evaluated once since the start: what is open at a receiver and fires no more is resolved. */
  settled(): void;
  /** Swaps routes and receivers; incidents that lost theirs are resolved with the old credentials. */
  reload(route: Route, receivers: Receivers): void;
  incidents(): IncidentView[];
  /** Resolves when nothing is under way to a receiver. */
  idle(): Promise<void>;
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { clock, journal, log, metrics, signal } = options;
  const groups = new Map<string, Group>();
  const lanes = new Lanes(options);
  const seen = new Map<string, Map<string, Alert>>();
  let { route } = options;
  let alarm = new AbortController();
  let isSettled = false;
  let tidyAt = 0;
  lanes.use(options.receivers);

  function update(ruleGroup: string, alerts: readonly Alert[]): void {
    const before = seen.get(ruleGroup);
    const live = new Map(
      alerts.filter(({ state }) => state !== 'pending').map((alert) => [alert.key, alert]),
    );
    seen.set(ruleGroup, live);
    for (const alert of live.values()) take(alert);
    for (const gone of before?.values() ?? []) {
      if (gone.state === 'firing' && !live.has(gone.key))
        take({ ...gone, state: 'resolved', resolvedAt: clock.now() });
    }
    alarm.abort();
  }

  function take(alert: Alert): void {
    for (const matched of matchRoutes(route, alert.labels)) {
      const labels = groupLabelsOf(matched, alert.labels);
      const id = `${incidentKey(matched.receiver, labels)}:${labelsKey(labels)}`;
      const group = groups.get(id) ?? (alert.state === 'firing' ? openGroup(id, matched, labels) : undefined);
      if (group !== undefined) join(group, alert);
    }
  }

  function join(group: Group, alert: Alert): void {
    const isNew = alert.state === 'firing' && group.alerts.get(alert.key)?.state !== 'firing';
    group.alerts.set(alert.key, alert);
    // The interval is for receivers that know of the incident: one that does not is told as soon as of any other.
    if (isNew && isUntold(group, alert))
      group.flushAt = Math.min(group.flushAt, clock.now() + group.route.groupWaitMs);
  }

  function openGroup(id: string, matched: Route, labels: Labels): Group {
    const gatheredAt = clock.now() + matched.groupWaitMs;
    const group: Group = {
      route: matched,
      labels,
      alerts: new Map(),
      lanes: lanes.of(incidentKey(matched.receiver, labels), matched.receiver),
      gatheredAt,
      flushAt: gatheredAt,
    };
    groups.set(id, group);
    return group;
  }

  function context(): FlushContext {
    const { healStatus, redact } = options;
    return { now: clock.now(), externalUrl: options.externalUrl(), healStatus, redact };
  }

  async function run(): Promise<void> {
    lanes.resume();
    while (!signal.aborted) {
      const next = flushDue();
      tidy();
      alarm = new AbortController();
      const until = AbortSignal.any([signal, alarm.signal]);
      await clock.sleep(Math.max(0, next - clock.now()), until).catch((error: unknown) => {
        if (!until.aborted) throw error;
      });
    }
  }

  /** Looks at the groups that are due; returns when the next one is, ms. */
  function flushDue(): number {
    const now = clock.now();
    let next = now + IDLE_MS;
    for (const [id, group] of groups) {
      // A clock that was set back must not put a group off for longer than its own intervals.
      const latest = now + Math.max(group.route.groupWaitMs, group.route.groupIntervalMs);
      group.flushAt = Math.min(group.flushAt, latest);
      if (group.flushAt <= now) flush(id, group, now);
      next = Math.min(next, group.flushAt);
    }
    return next;
  }

  function flush(id: string, group: Group, now: number): void {
    try {
      flushGroup(group, context());
      if (isOver(group)) groups.delete(id);
    } catch (error) {
      // One group that cannot be told must not silence the others.
      group.flushAt = now + AGAIN_MS;
      metrics.increment('octowatch_part_failures_total', { part: 'alert group' });
      log.error({ ...group.labels, error: messageOf(error) }, 'a group of alerts could not be told');
    }
  }

  function tidy(): void {
    lanes.forget(lanesInUse());
    const now = clock.now();
    if (now < tidyAt && tidyAt - now <= TIDY_MS) return;
    tidyAt = now + TIDY_MS;
    if (isSettled) resolveOrphans();
    try {
      journal.expire(now - KEEP_RESOLVED_MS);
    } catch (error) {
      log.error({ error: messageOf(error) }, 'the journal of notifications was not tidied');
    }
  }

  function lanesInUse(): Set<Lane> {
    return new Set([...groups.values()].flatMap((group) => group.lanes));
  }

  /** Resolves what receivers believe to be open although nothing of it fires. */
  function resolveOrphans(): void {
    const used = lanesInUse();
    for (const lane of lanes.all()) {
      const told = lane.latest;
      if (used.has(lane) || !isOpen(told)) continue;
      const orphan = {
        alerts: new Map<string, Alert>(),
        labels: told.groupLabels,
        route: { ...route, receiver: told.receiver },
      };
      lane.want(resolvedIncident(told, orphan, context()));
    }
  }

  function wake(alertKey: string): void {
    for (const group of groups.values()) {
      if (!group.alerts.has(alertKey)) continue;
      group.flushAt = Math.min(group.flushAt, Math.max(group.gatheredAt, clock.now()));
    }
    alarm.abort();
  }

  function settled(): void {
    isSettled = true;
    resolveOrphans();
  }

  function reload(nextRoute: Route, receivers: Receivers): void {
    const alerts = [...seen];
    route = nextRoute;
    lanes.use(receivers);
    lanes.resume();
    groups.clear();
    seen.clear();
    for (const [ruleGroup, live] of alerts) update(ruleGroup, [...live.values()]);
    if (isSettled) resolveOrphans();
  }

  function incidents(): IncidentView[] {
    return lanes.all().flatMap(({ latest: incident, record, target, error }) => {
      if (!isOpen(incident)) return [];
      return [{ incident, receiver: record.receiver, kind: target.kind, error: error?.message }];
    });
  }

  async function idle(): Promise<void> {
    await Promise.all(lanes.all().map((lane) => lane.idle()));
  }

  return { update, run, wake, settled, reload, incidents, idle };
}
