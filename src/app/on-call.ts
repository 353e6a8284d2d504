import type { DatabaseSync } from 'node:sqlite';
import { createDispatcher, type Dispatcher, type DispatcherOptions } from '../alerts/dispatcher.ts';
import { foldSettings } from '../alerts/fold-settings.ts';
import type { IncidentLog } from '../alerts/log/incident-log.ts';
import { createSilences } from '../alerts/mute/create-silences.ts';
import { mutingOf } from '../alerts/mute/muting-of.ts';
import type { Silences } from '../alerts/mute/silences.ts';
import { createOnCallActions } from '../alerts/on-call-actions.ts';
import { createReceivedAlertStore } from '../alerts/received-alert-store.ts';
import { createReceivedAlerts, RESOLVE_TIMEOUT_MS, type ReceivedAlerts } from '../alerts/received-alerts.ts';
import { pollReceivers, type ReceiverPollsOptions } from '../alerts/receiver-polls.ts';
import { SqliteNotificationJournal } from '../alerts/sqlite-notification-journal.ts';
import type { Config } from '../config/schema.ts';
import type { Healer } from '../heal/healer.ts';
import { messageOf } from '../model/failure.ts';
import type { AuditEntry, OnCallActions } from '../model/on-call.ts';
import type { NotifyDependencies } from '../notify/dependencies.ts';
import type { Part } from './data-path.ts';
import { alerting, fallbackOf } from './receivers.ts';
import type { Tracing } from './traced.ts';

/** So many evaluations may pass after a start before what could be inhibited is told all the same. */
const GRACE_EVALUATIONS = 2;

export interface OnCallOptions extends Pick<
  DispatcherOptions,
  | 'clock'
  | 'random'
  | 'log'
  | 'metrics'
  | 'signal'
  | 'redact'
  | 'healStatus'
  | 'externalUrl'
  | 'fleet'
  | 'evaluatedAt'
> {
  /** The configuration as it is now. */
  readonly config: () => Config;
  readonly journal: DatabaseSync;
  readonly incidentLog: IncidentLog;
  readonly notifying: NotifyDependencies & Tracing;
  readonly healer: Pick<Healer, 'offer' | 'runNow'>;
}

/** What stands between an alert and whom it concerns. */
export interface OnCall {
  readonly dispatcher: Dispatcher;
  readonly silences: Silences;
  /** What people may do about incidents. */
  readonly actions: OnCallActions;
  readonly received: Pick<ReceivedAlerts, 'post'>;
  /** Writes down who did what. */
  audit(entry: AuditEntry): void;
  /** What is to be run, by name. */
  readonly parts: Readonly<Record<string, Part>>;
  /** Makes ready what a new configuration needs; what is returned swaps to it. @throws Failure when it cannot be used */
  prepare(config: Config): () => void;
}

/** The way from alert to receiver, by the configuration. @throws Failure when it cannot be used */
export function createOnCall(options: OnCallOptions): OnCall {
  const { config, notifying } = options;
  const { journal: database, clock, random, log, metrics } = options;
  const silences = createSilences({ database, clock, random, log, metrics });
  const first = config();
  const dispatcher = createDispatcher({
    ...options,
    ...alerting(first, notifying),
    journal: new SqliteNotificationJournal(database),
    silences,
    muter: mutingOf(first, silences),
    folds: foldSettings(first.on_call),
    fallback: () => fallbackOf(config()),
    startGraceMs: GRACE_EVALUATIONS * first.rules.interval,
    teamLabel: () => config().on_call.budget.team_label,
    retryForMs: () => config().on_call.retry_for,
  });

  const actions = createOnCallActions({
    dispatcher,
    silences,
    clock,
    audit,
    isOffered: (alertKey) => options.healer.offer(alertKey) !== undefined,
    runRemedy: (alertKey, by) => options.healer.runNow(alertKey, by),
  });
  const received = createReceivedAlerts({
    ...options,
    store: createReceivedAlertStore(database),
    sink: dispatcher,
    resolveTimeoutMs: () => config().global.resolve_timeout ?? RESOLVE_TIMEOUT_MS,
  });
  const polls: ReceiverPollsOptions = {
    ...options,
    lanes: () => dispatcher.lanes(),
    onAcknowledged: ({ key, summary }, by) => {
      dispatcher.acknowledge(key, by);
      audit({ at: by.at, by: by.by, action: 'acknowledge', subject: key, detail: summary });
    },
  };

  /** Paging goes on while nobody can write down who did what. */
  function audit(entry: AuditEntry): void {
    try {
      options.incidentLog.addAudit({ ...entry, detail: options.redact(entry.detail) });
    } catch (error) {
      options.metrics.increment('octowatch_journal_failures_total', { journal: 'incidents' });
      log.error({ error: messageOf(error) }, 'who did what could not be written down');
    }
  }

  function prepare(next: Config): () => void {
    const { route, receivers } = alerting(next, notifying);
    const muter = mutingOf(next, silences);
    return () => dispatcher.reload(route, receivers, muter, foldSettings(next.on_call));
  }

  const parts: Record<string, Part> = {
    pages: () => dispatcher.run(),
    'received alerts': (until) => received.run(until),
    'receiver polls': (until) => pollReceivers(polls, until),
  };
  return { dispatcher, silences, actions, received, audit, parts, prepare };
}
