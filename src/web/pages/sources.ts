import type { Dispatcher } from '../../alerts/dispatcher.ts';
import type { IncidentLog } from '../../alerts/log/incident-log.ts';

/** What pages tell of alerts and of those who are told of them. */
export interface OnCallSources {
  readonly dispatcher: Pick<Dispatcher, 'incidents' | 'alerts' | 'firingIn' | 'lanes'>;
  readonly log: Pick<IncidentLog, 'story' | 'ofTenant'>;
  /** A text without secrets. */
  readonly redact: (text: string) => string;
}
