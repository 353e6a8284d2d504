import { toFailure } from '../model/failure.ts';
import type { Incident } from '../model/incident.ts';
import type { RemedyOffer } from '../model/plan.ts';
import type { Clock, Http, Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import type { Paces } from './paces.ts';
import type { AlertHistory } from './sparkline.ts';

/**
 * Fills one of Alertmanager's templates with the data of an incident; `html` and `mrkdwn` escape what is inserted.
 * @throws Failure `invalid`
 */
export type Render = (template: string, incident: Incident, as: Markup) => string;

/** What the text of a template is: `mrkdwn` is Slack's. */
export type Markup = 'text' | 'html' | 'mrkdwn';

/** What notifiers need of the process. */
export interface NotifyDependencies {
  readonly http: Http;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: SelfMetrics;
  /** How often each receiver may be told; kept over reloads. */
  readonly paces: Paces;
  /** Where the console receiver writes. */
  readonly write: (line: string) => void;
  /** Without it templates are passed over and every receiver uses its own words. */
  readonly render?: Render;
  /** Without it no message shows how a value came to be. */
  readonly history?: AlertHistory;
  /** What a person may have run for an alert; without it nothing. */
  readonly offer?: (alertKey: string) => RemedyOffer | undefined;
}

/**
 * Counts and names what failed beside a notification that arrived, or arrived in other words: it must not be lost, and
 * it must not make the notification fail.
 * @param part what failed: `title`, `template of description`, the address of one of several receivers
 */
export function reportPart(
  { log, metrics }: Pick<NotifyDependencies, 'log' | 'metrics'>,
  kind: string,
  incident: Pick<Incident, 'key' | 'receiver'>,
  part: string,
  thrown: unknown,
): void {
  const { reason, message } = toFailure(thrown);
  metrics.increment('octowatch_notification_part_failures_total', { kind, reason });
  const { key, receiver } = incident;
  log.warn(
    { receiver, kind, incident: key, part, reason, error: message },
    'a part of a notification failed',
  );
}
