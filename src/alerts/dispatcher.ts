import type { Alert, AlertSink } from '../model/alert.ts';
import type { Incident } from '../model/incident.ts';
import { labelsKey, type Labels } from '../model/labels.ts';
import type { HealStatus } from '../model/plan.ts';
import type { Clock, Log, Random } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { flushGroup, isOpen, resolvedIncident, type FlushContext, type Group } from './group.ts';
import { incidentKey } from './incident-of.ts';
import { Lane, type LaneOptions, type ReceiverNotifier } from './lane.ts';
import type { NotificationJournal } from './notification-journal.ts';
import { groupLabelsOf, matchRoutes, type Route } from './route.ts';

const IDLE_MS = 60_000;
const KEEP_RESOLVED_MS = 7 * 86_400_000;

export interface DispatcherOptions {
  readonly route: Route;
  readonly receivers: ReadonlyMap<string, readonly ReceiverNotifier[]>;
  readonly journal: NotificationJournal;
  readonly healStatus: (alertKey: string) => HealStatus | undefined;
  /** The base of links in messages. */
  readonly externalUrl: () => string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  readonly signal: AbortSignal;
}

/** An incident as the web page lists it. */
export interface IncidentView {
  readonly incident: Incident;
  readonly receiver: string;
  readonly kind: string;
  readonly error: string | undefined;
}

/** Routes alerts, groups them, and tells receivers what is news to them. */
export interface Dispatcher extends AlertSink {
  /** Flushes groups when they are due, until the signal. */
  run(): Promise<void>;
  /** A heal began or ended: look at every group now. */
  wake(): void;
  /** Every rule was evaluated once since the start: what is open at a receiver and fires no more is resolved. */
  settled(): void;
  /** Swaps routes and receivers; incidents that lost theirs are resolved with the old credentials. */
  reload(route: Route, receivers: ReadonlyMap<string, readonly ReceiverNotifier[]>): void;
  incidents(): IncidentView[];
  /** Resolves when nothing is under way to a receiver. */
  idle(): Promise<void>;
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { clock, journal, metrics, signal } = options;
  let { route, receivers } = options;
  const laneOptions: LaneOptions = options;
  const groups = new Map<string, Group>();
  const lanes = new Map<string, { lane: Lane; target: ReceiverNotifier }>();
  const seen = new Map<string, Map<string, Alert>>();
  let alarm = new AbortController();

  for (const record of journal.open()) {
    const target = targetOf(record.lane, record.receiver);
    if (target !== undefined) lanes.set(record.lane, { lane: new Lane(record, target, laneOptions), target });
    else options.log.warn({ receiver: record.receiver }, 'an open incident has lost its receiver');
  }

  function targetOf(lane: string, receiver: string): ReceiverNotifier | undefined {
    return receivers.get(receiver)?.find((target, index) => lane.endsWith(`/${target.kind}-${index}`));
  }

  function update(ruleGroup: string, alerts: readonly Alert[]): void {
    const before = seen.get(ruleGroup) ?? new Map<string, Alert>();
    const live = alerts.filter(({ state }) => state !== 'pending');
    seen.set(ruleGroup, new Map(live.map((alert) => [alert.key, alert])));
    for (const alert of live) take(alert);
    for (const gone of before.values()) {
      if (gone.state === 'firing' && !seen.get(ruleGroup)?.has(gone.key)) {
        take({ ...gone, state: 'resolved', resolvedAt: clock.now() });
      }
    }
    alarm.abort();
  }

  function take(alert: Alert): void {
    for (const matched of matchRoutes(route, alert.labels)) {
      const labels = groupLabelsOf(matched, alert.labels);
      const id = `${incidentKey(matched.receiver, labels)}:${labelsKey(labels)}`;
      const group = groups.get(id) ?? (alert.state === 'firing' ? openGroup(id, matched, labels) : undefined);
      group?.alerts.set(alert.key, alert);
    }
  }

  function openGroup(id: string, matched: Route, labels: Labels): Group {
    const key = incidentKey(matched.receiver, labels);
    const targets = receivers.get(matched.receiver) ?? [];
    const group: Group = {
      route: matched,
      labels,
      alerts: new Map(),
      lanes: targets.map((target, index) =>
        laneFor(`${key}/${target.kind}-${index}`, matched.receiver, target),
      ),
      flushAt: clock.now() + matched.groupWaitMs,
    };
    groups.set(id, group);
    return group;
  }

  function laneFor(
    name: string,
    receiver: string,
    target: ReceiverNotifier,
  ): { lane: Lane; target: ReceiverNotifier } {
    const known = lanes.get(name);
    if (known !== undefined) return known;
    const made = {
      lane: new Lane(journal.find(name) ?? { lane: name, receiver, begun: 0 }, target, laneOptions),
      target,
    };
    lanes.set(name, made);
    return made;
  }

  function context(): FlushContext {
    return { now: clock.now(), externalUrl: options.externalUrl(), healStatus: options.healStatus };
  }

  function flushDue(): void {
    const now = clock.now();
    for (const [id, group] of groups) {
      if (group.flushAt > now) continue;
      group.flushAt = Math.min(flushGroup(group, context()), now + group.route.groupIntervalMs);
      if ([...group.alerts.values()].every(({ state }) => state === 'resolved')) groups.delete(id);
    }
    metrics.set(
      'octowatch_alerts',
      [...seen.values()].reduce((sum, alerts) => sum + alerts.size, 0),
      { state: 'firing' },
    );
  }

  async function run(): Promise<void> {
    while (!signal.aborted) {
      flushDue();
      forgetClosed();
      alarm = new AbortController();
      const next = Math.min(...[...groups.values()].map(({ flushAt }) => flushAt), clock.now() + IDLE_MS);
      await clock
        .sleep(Math.max(0, next - clock.now()), AbortSignal.any([signal, alarm.signal]))
        .catch(() => undefined);
    }
  }

  function forgetClosed(): void {
    journal.expire(clock.now() - KEEP_RESOLVED_MS);
    const used = new Set([...groups.values()].flatMap((group) => group.lanes.map(({ lane }) => lane)));
    for (const [name, { lane }] of lanes) {
      if (!used.has(lane) && !isOpen(lane.latest) && lane.record.intent === undefined) lanes.delete(name);
    }
  }

  function wake(): void {
    for (const group of groups.values()) group.flushAt = Math.min(group.flushAt, clock.now());
    alarm.abort();
  }

  function settled(): void {
    const used = new Set([...groups.values()].flatMap((group) => group.lanes.map(({ lane }) => lane)));
    for (const { lane, target } of lanes.values()) {
      const told = lane.latest;
      if (used.has(lane) || !isOpen(told)) continue;
      const orphan = {
        alerts: new Map<string, Alert>(),
        labels: told.groupLabels,
        route: { ...route, receiver: told.receiver },
      };
      if (target.sendResolved) lane.want(resolvedIncident(told, orphan, context()));
    }
  }

  function reload(nextRoute: Route, nextReceivers: ReadonlyMap<string, readonly ReceiverNotifier[]>): void {
    const firing = [...seen.entries()];
    route = nextRoute;
    receivers = nextReceivers;
    groups.clear();
    seen.clear();
    for (const [name, { lane }] of lanes) {
      const target = targetOf(name, lane.record.receiver);
      if (target !== undefined && lane.record.intent === undefined)
        lanes.set(name, { lane: new Lane(lane.record, target, laneOptions), target });
    }
    for (const [ruleGroup, alerts] of firing) update(ruleGroup, [...alerts.values()]);
    settled();
  }

  return {
    update,
    run,
    wake,
    settled,
    reload,
    incidents: () =>
      [...lanes.values()].flatMap(({ lane, target }) => {
        const incident = lane.latest;
        if (!isOpen(incident)) return [];
        return [{ incident, receiver: lane.record.receiver, kind: target.kind, error: lane.error?.message }];
      }),
    async idle() {
      await Promise.all([...lanes.values()].map(({ lane }) => lane.idle()));
    },
  };
}
