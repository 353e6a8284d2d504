import { DatabaseSync } from 'node:sqlite';
import type { Alert } from '../../model/alert.ts';
import type { Incident, Receipt } from '../../model/incident.ts';
import type { HealStatus } from '../../model/plan.ts';
import type { Log } from '../../model/ports.ts';
import type { SelfMetrics } from '../../model/self-metrics.ts';
import { VirtualClock } from '../../model/virtual-clock.ts';
import { createDispatcher, type Dispatcher, type DispatcherOptions } from '../dispatcher.ts';
import type { ReceiverNotifier } from '../lane.ts';
import { buildRoute, type RouteOptions } from '../route.ts';
import { SqliteNotificationJournal } from '../sqlite-notification-journal.ts';
import { undisturbed } from './undisturbed.ts';

export const SECOND = 1000;
export const MINUTE = 60_000;
/** Sequences go on from the time of an incident's first notification. */
export const STARTED = 1_000_000;

/** An alert of one tenant that fires. */
export function alert(tenant: string, over: Partial<Alert> = {}): Alert {
  return {
    key: `stuck:${tenant}`,
    group: 'octopus',
    state: 'firing',
    value: 1,
    activeAt: 0,
    firedAt: 0,
    labels: { alertname: 'OctopusQueueStuck', tenant, severity: 'page' },
    annotations: { summary: `${tenant}: queue stuck 12m, 43 waiting` },
    ...over,
  };
}

export function resolved(tenant: string, at: number): Alert {
  return alert(tenant, { state: 'resolved', resolvedAt: at });
}

export function working(key: string, pageAt: number): HealStatus {
  return {
    alertKey: key,
    remedy: 'octopus-task-cancel',
    tenant: 'acme',
    state: 'working',
    detail: 'cancel ServerTasks-1',
    startedAt: pageAt - 5 * MINUTE,
    pageAt,
  };
}

/** How the next call of a notifier goes; a call without one is accepted. */
export type Answer = Error | 'never';

/** A dispatcher on a virtual clock with a pager and a chat that write down what they accept. */
export interface Scene {
  readonly dispatcher: Dispatcher;
  readonly clock: VirtualClock;
  /** `pager firing 1 acme,globex` */
  readonly sent: string[];
  readonly incidents: Incident[];
  readonly heals: Map<string, HealStatus>;
  /** The pager's next answers. */
  readonly answers: (Answer | undefined)[];
  /** Errors that were logged, and counters. */
  readonly errors: string[];
  readonly counts: Map<string, number>;
  readonly stop: AbortController;
  readonly ended: Promise<void>;
  notifier(kind: string, over?: Partial<Omit<ReceiverNotifier, 'kind'>>): ReceiverNotifier;
}

export interface SceneOptions extends Partial<
  Pick<DispatcherOptions, 'receivers' | 'journal' | 'externalUrl' | 'redact'>
> {
  readonly route?: RouteOptions;
  /** What else is to be otherwise than usual. */
  readonly over?: Partial<DispatcherOptions>;
  readonly database?: DatabaseSync;
  readonly clock?: VirtualClock;
  /** How far the machine's clock was set back, ms. */
  readonly setBack?: { ms: number };
}

export function scene(options: SceneOptions = {}): Scene {
  const { database = new DatabaseSync(':memory:'), clock = new VirtualClock(STARTED) } = options;
  const stop = new AbortController();
  const heals = new Map<string, HealStatus>();
  const counts = new Map<string, number>();
  const [sent, incidents, answers, errors]: [string[], Incident[], (Answer | undefined)[], string[]] = [
    [],
    [],
    [],
    [],
  ];
  const log: Log = {
    debug() {},
    info() {},
    warn() {},
    error: (_, message) => errors.push(message),
    child: () => log,
  };
  const metrics: SelfMetrics = {
    increment: (name) => counts.set(name, (counts.get(name) ?? 0) + 1),
    set() {},
    observe() {},
  };

  function notify(kind: string, incident: Incident): Promise<Receipt> {
    const answer = kind === 'pager' ? answers.shift() : undefined;
    if (answer === 'never') return new Promise(() => undefined);
    if (answer !== undefined) return Promise.reject(answer);
    const number = Number(incident.sequence.split('-').at(-1)) - STARTED;
    sent.push(
      `${kind} ${incident.status} ${number} ${incident.alerts.map(({ labels }) => labels['tenant']).join(',')}`,
    );
    incidents.push(incident);
    return Promise.resolve({ ref: { sent: sent.length } });
  }

  function notifier(kind: string, over: Partial<Omit<ReceiverNotifier, 'kind'>> = {}): ReceiverNotifier {
    const wakes = kind.startsWith('pager');
    return {
      kind,
      wakes,
      sendResolved: true,
      notifier: { showsHealing: !wakes, notify: (incident) => notify(kind, incident) },
      ...over,
    };
  }

  const dispatcher = createDispatcher({
    route: buildRoute(options.route ?? { receiver: 'oncall', group_wait: 0, group_interval: 5 * MINUTE }),
    receivers: options.receivers ?? new Map([['oncall', [notifier('pager'), notifier('chat')]]]),
    journal: options.journal ?? new SqliteNotificationJournal(database),
    redact: options.redact ?? ((text) => text),
    healStatus: (key) => heals.get(key),
    externalUrl: options.externalUrl ?? (() => 'http://127.0.0.1:9464'),
    clock: {
      now: () => clock.now() - (options.setBack?.ms ?? 0),
      sleep: (ms, signal) => clock.sleep(ms, signal),
    },
    random: () => 1,
    log,
    metrics,
    signal: stop.signal,
    ...undisturbed(database, clock, log),
    ...options.over,
  });
  const ended = dispatcher.run();
  return { dispatcher, clock, sent, incidents, heals, answers, errors, counts, stop, ended, notifier };
}
