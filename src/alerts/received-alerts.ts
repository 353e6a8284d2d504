import { ANNOTATIONS, type Alert, type AlertSink } from '../model/alert.ts';
import { eventId } from '../model/event-id.ts';
import { messageOf } from '../model/failure.ts';
import { labelsKey, withoutLabels, type Labels } from '../model/labels.ts';
import type { Clock, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import type { ReceivedAlertStore } from './received-alert-store.ts';

/** The rule group of alerts that others made. */
export const RECEIVED_GROUP = 'received';
/** Alertmanager's default of `global.resolve_timeout`. */
export const RESOLVE_TIMEOUT_MS = 300_000;
const MOST_ALERTS = 10_000;
/** All label names and values of one alert, in characters. */
const MOST_LABEL_TEXT = 65_536;

/** An alert as it is posted (alertmanager `api/v2/openapi.yaml`, postableAlert); times in ms. */
export interface PostedAlert {
  readonly labels: Labels;
  readonly annotations?: Labels;
  readonly startsAt?: number;
  /** When it is over unless it is posted again. */
  readonly endsAt?: number;
  readonly generatorURL?: string;
}

/** An alert that fires until it is posted as over, or not posted again in time. */
export interface ReceivedAlert {
  readonly alert: Alert;
  readonly endsAt: number;
}

export interface ReceivedAlertsOptions {
  readonly store: ReceivedAlertStore;
  readonly sink: AlertSink;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  /** How long an alert without an end fires, ms. */
  readonly resolveTimeoutMs: () => number;
}

/** The alerts of other Prometheus servers. */
export interface ReceivedAlerts {
  /** Takes what it can; one line for each alert that it cannot take. */
  post(alerts: readonly PostedAlert[]): { readonly problems: readonly string[] };
  /** Hands alerts on, and ends those that were not posted again, until the signal. */
  run(signal: AbortSignal): Promise<void>;
}

/** With what was there when the process before ended: each has the time again to be posted anew. */
export function createReceivedAlerts(options: ReceivedAlertsOptions): ReceivedAlerts {
  const { store, sink, clock, log, metrics, resolveTimeoutMs } = options;
  const known = new Map<string, ReceivedAlert>();
  let alarm = new AbortController();
  for (const alert of guarded(() => store.load()) ?? [])
    known.set(alert.key, { alert, endsAt: clock.now() + resolveTimeoutMs() });

  function post(alerts: readonly PostedAlert[]): { problems: string[] } {
    const problems: string[] = [];
    alerts.forEach((posted, index) => {
      const problem = problemOf(posted);
      if (problem === undefined) take(posted);
      else problems.push(`alert ${index + 1}: ${problem}`);
    });
    const outcomes = { taken: alerts.length - problems.length, refused: problems.length };
    for (const [outcome, count] of Object.entries(outcomes))
      metrics.increment('octowatch_received_alerts_total', { outcome }, count);
    alarm.abort();
    return { problems };
  }

  function problemOf({ labels, startsAt, endsAt }: PostedAlert): string | undefined {
    const text = Object.entries(labels).flat().join('');
    if (Object.values(labels).every((value) => value === '')) return 'it has no labels';
    if (text.length > MOST_LABEL_TEXT) return `its labels are over ${MOST_LABEL_TEXT} characters`;
    if (startsAt !== undefined && endsAt !== undefined && endsAt < startsAt)
      return 'it ends before it starts';
    if (known.size < MOST_ALERTS || known.has(keyOf(labels))) return undefined;
    return `${MOST_ALERTS} alerts of others fire already: no more are taken`;
  }

  function take(posted: PostedAlert): void {
    const now = clock.now();
    const before = known.get(keyOf(posted.labels));
    const { endsAt = now + resolveTimeoutMs() } = posted;
    const alert = toAlert(posted, before?.alert, now);
    if (endsAt <= now && before === undefined) return;
    known.set(alert.key, { alert, endsAt });
    if (endsAt > now && !isSame(alert, before?.alert)) guarded(() => store.save(alert));
  }

  async function run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      handOn();
      alarm = new AbortController();
      const next = Math.min(...[...known.values()].map(({ endsAt }) => endsAt), clock.now() + 60_000);
      const until = AbortSignal.any([signal, alarm.signal]);
      await clock.sleep(Math.max(0, next - clock.now()), until).catch((error: unknown) => {
        if (!until.aborted) throw error;
      });
    }
  }

  function handOn(): void {
    const now = clock.now();
    const alerts = [...known.values()].map(({ alert, endsAt }): Alert => {
      return endsAt > now ? alert : { ...alert, state: 'resolved', resolvedAt: endsAt };
    });
    sink.update(RECEIVED_GROUP, alerts);
    for (const { key, state } of alerts) {
      if (state !== 'resolved') continue;
      known.delete(key);
      guarded(() => store.remove(key));
    }
  }

  function guarded<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      metrics.increment('octowatch_journal_failures_total', { journal: 'received alerts' });
      log.error(
        { error: messageOf(error) },
        'received alerts not written down: after a restart they must be posted again',
      );
      return undefined;
    }
  }

  return { post, run };
}

function keyOf(labels: Labels): string {
  return eventId(RECEIVED_GROUP, labelsKey(labels));
}

/** What others post never has a remedy run. */
function toAlert(posted: PostedAlert, before: Alert | undefined, now: number): Alert {
  const { labels, annotations = {}, endsAt, generatorURL = '' } = posted;
  const startsAt = Math.min(
    posted.startsAt ?? Math.min(endsAt ?? now, now),
    before?.activeAt ?? Number.POSITIVE_INFINITY,
  );
  return {
    key: keyOf(labels),
    group: RECEIVED_GROUP,
    labels: withoutLabels(labels, ANNOTATIONS.remedy),
    annotations: withoutLabels(annotations, ANNOTATIONS.remedy),
    state: 'firing',
    value: 1,
    activeAt: startsAt,
    firedAt: startsAt,
    receivedFrom: generatorURL,
  };
}

function isSame(a: Alert, b: Alert | undefined): boolean {
  return b !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
