import type { Dispatcher } from '../../alerts/dispatcher.ts';
import type { Silences } from '../../alerts/mute/silences.ts';
import type { ReceivedAlerts } from '../../alerts/received-alerts.ts';
import type { Config } from '../../config/schema.ts';
import type { AuditEntry, OnCallActions } from '../../model/on-call.ts';

/** What Alertmanager's API shows and changes, and what people may do about incidents. */
export interface AlertmanagerSources {
  readonly dispatcher: Pick<Dispatcher, 'alerts' | 'groups' | 'mutesChanged'>;
  readonly silences: Pick<Silences, 'all' | 'find' | 'put' | 'expire' | 'stateOf'>;
  readonly received: Pick<ReceivedAlerts, 'post'>;
  readonly actions: Pick<OnCallActions, 'acknowledge'>;
  /** Writes down who did what. */
  readonly audit: (entry: AuditEntry) => void;
  /** The configuration as it is now. */
  readonly config: () => Pick<
    Config,
    'global' | 'route' | 'receivers' | 'inhibit_rules' | 'time_intervals' | 'mute_time_intervals' | 'on_call'
  >;
  /** The base of links. */
  readonly externalUrl: () => string;
  /** When the agent was started, ms. */
  readonly startedAt: number;
}
