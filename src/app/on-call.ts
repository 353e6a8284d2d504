import type { DatabaseSync } from 'node:sqlite';
import { createDispatcher, type Dispatcher, type DispatcherOptions } from '../alerts/dispatcher.ts';
import { foldSettings } from '../alerts/fold-settings.ts';
import type { IncidentLog } from '../alerts/log/incident-log.ts';
import { createSilences } from '../alerts/mute/create-silences.ts';
import { mutingOf } from '../alerts/mute/muting-of.ts';
import type { Silences } from '../alerts/mute/silences.ts';
import { SqliteNotificationJournal } from '../alerts/sqlite-notification-journal.ts';
import type { Config } from '../config/schema.ts';
import type { NotifyDependencies } from '../notify/dependencies.ts';
import { alerting, fallbackOf } from './receivers.ts';
import type { Tracing } from './traced.ts';

/** So many evaluations may pass after a start before what could be inhibited is told all the same. */
const GRACE_EVALUATIONS = 2;

export interface OnCallOptions extends Pick<
  DispatcherOptions,
  'clock' | 'random' | 'log' | 'metrics' | 'signal' | 'redact' | 'healStatus' | 'externalUrl' | 'fleet'
> {
  /** The configuration as it is now. */
  readonly config: () => Config;
  readonly journal: DatabaseSync;
  readonly incidentLog: IncidentLog;
  readonly notifying: NotifyDependencies & Tracing;
}

/** What stands between an alert and whom it concerns. */
export interface OnCall {
  readonly dispatcher: Dispatcher;
  readonly silences: Silences;
  /** Makes ready what a new configuration needs; what is returned swaps to it. @throws Failure when it cannot be used */
  prepare(config: Config): () => void;
}

/** The way from alert to receiver, by the configuration. @throws Failure when it cannot be used */
export function createOnCall(options: OnCallOptions): OnCall {
  const { config, notifying } = options;
  const { journal: database, clock, random, log } = options;
  const silences = createSilences({ database, clock, random, log });
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

  function prepare(next: Config): () => void {
    const { route, receivers } = alerting(next, notifying);
    const muter = mutingOf(next, silences);
    return () => dispatcher.reload(route, receivers, muter, foldSettings(next.on_call));
  }

  return { dispatcher, silences, prepare };
}
