import { DatabaseSync } from 'node:sqlite';
import { createDispatcher, type Dispatcher } from '../../alerts/dispatcher.ts';
import type { FoldSettings } from '../../alerts/fold-states.ts';
import type { ReceiverNotifier } from '../../alerts/lane.ts';
import type { IncidentLog } from '../../alerts/log/incident-log.ts';
import { createMemoryIncidentLog } from '../../alerts/log/sqlite-incident-log.ts';
import { createMemoryNotificationJournal } from '../../alerts/memory-notification-journal.ts';
import { createSilences } from '../../alerts/mute/create-silences.ts';
import type { Muter } from '../../alerts/mute/muter.ts';
import type { Silences } from '../../alerts/mute/silences.ts';
import type { Route } from '../../alerts/route.ts';
import type { Alert } from '../../model/alert.ts';
import type { Incident, Notifier } from '../../model/incident.ts';
import type { Labels } from '../../model/labels.ts';
import type { AlertView } from '../../model/on-call.ts';
import type { Log } from '../../model/ports.ts';
import { NO_METRICS } from '../../model/self-metrics.ts';
import { VirtualClock } from '../../model/virtual-clock.ts';

const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

/** The way from alert to receiver as a configuration has it, with receivers that only write down what they are told. */
export interface OnCallSetup {
  readonly route: Route;
  /** Of each only what it is like counts: nothing is sent. */
  readonly receivers: ReadonlyMap<string, readonly ReceiverNotifier[]>;
  readonly muterOf: (silences: Silences) => Muter;
  readonly folds: FoldSettings;
  /** The label that says whose incident it is. */
  readonly teamLabel: string;
  readonly externalUrl: string;
}

/** What a receiver was told. */
export interface Told {
  /** ms since the epoch. */
  readonly at: number;
  readonly receiver: string;
  readonly kind: string;
  readonly wakes: boolean;
  readonly incident: Incident;
}

/** Alerts on their way to people, in virtual time. */
export interface SimulatedOnCall {
  readonly clock: VirtualClock;
  readonly silences: Silences;
  /** Everything that receivers were told, in order. */
  readonly told: readonly Told[];
  /** What was new to them. */
  readonly log: IncidentLog;
  /** Hands alerts on as the ruler does: all of a group that fire or fired lately. */
  update(group: string, alerts: readonly Alert[]): void;
  /** Silences were changed. */
  mutesChanged(): void;
  /** The alerts that fire now, and what keeps them from being told. */
  alerts(): readonly AlertView[];
  /** Ends the simulation. */
  stop(): Promise<void>;
}

/**
 * Begins a simulation: nothing inhibited waits for a first evaluation, as nothing was told before.
 * @param fleet every tenant that is awake, with its info labels
 * @param onTold hears of each notification; `told` is left empty then
 */
export function simulateOnCall(
  setup: OnCallSetup,
  start: number,
  fleet: () => ReadonlyMap<string, Labels>,
  onTold?: (told: Told) => void,
): SimulatedOnCall {
  const clock = new VirtualClock(start);
  const told: Told[] = [];
  const end = new AbortController();
  let draws = 0;
  const random = (): number => ((draws = (draws * 16_807 + 12_345) % 2_147_483_647) + 1) / 2_147_483_649;
  const silences = createSilences({
    database: new DatabaseSync(':memory:'),
    clock,
    random,
    log: silent,
    metrics: NO_METRICS,
  });
  const log = createMemoryIncidentLog();
  const write = onTold ?? ((each) => void told.push(each));
  const dispatcher: Dispatcher = createDispatcher({
    clock,
    random,
    log: silent,
    metrics: NO_METRICS,
    journal: createMemoryNotificationJournal(),
    signal: end.signal,
    redact: (text) => text,
    retryForMs: () => 0,
    route: setup.route,
    receivers: recorders(setup.receivers, clock, write),
    healStatus: () => undefined,
    externalUrl: () => setup.externalUrl,
    muter: setup.muterOf(silences),
    silences,
    incidentLog: log,
    fallback: () => undefined,
    startGraceMs: 0,
    teamLabel: () => setup.teamLabel,
    evaluatedAt: () => undefined,
    folds: setup.folds,
    fleet,
  });
  const ended = dispatcher.run();
  dispatcher.settled();
  return {
    clock,
    silences,
    told,
    log,
    update: (group, alerts) =>
      dispatcher.update(
        group,
        alerts.filter(({ state }) => state !== 'pending'),
      ),
    mutesChanged: () => dispatcher.mutesChanged(),
    alerts: () => dispatcher.alerts(),
    async stop() {
      end.abort();
      await ended.catch(() => undefined);
    },
  };
}

function recorders(
  receivers: OnCallSetup['receivers'],
  clock: VirtualClock,
  write: (told: Told) => void,
): ReadonlyMap<string, readonly ReceiverNotifier[]> {
  return new Map(
    Array.from(receivers, ([receiver, notifiers]) => [
      receiver,
      notifiers.map((each) => ({ ...each, notifier: recorder(receiver, each, clock, write) })),
    ]),
  );
}

/** As the notifier but for what it does: it takes everything at once. */
function recorder(
  receiver: string,
  { kind, wakes, notifier: { showsHealing, editsInPlace } }: ReceiverNotifier,
  clock: VirtualClock,
  write: (told: Told) => void,
): Notifier {
  return {
    showsHealing,
    ...(editsInPlace === undefined ? {} : { editsInPlace }),
    notify(incident) {
      write({ at: clock.now(), receiver, kind, wakes, incident });
      return Promise.resolve({});
    },
  };
}
