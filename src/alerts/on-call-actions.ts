import { ANNOTATIONS, type Alert } from '../model/alert.ts';
import { humanDuration } from '../model/duration.ts';
import { Failure } from '../model/failure.ts';
import type { Incident } from '../model/incident.ts';
import { labelValue } from '../model/labels.ts';
import type { AuditEntry, OnCallActions, Person } from '../model/on-call.ts';
import type { Clock } from '../model/ports.ts';
import type { SilenceMatcher } from '../model/silence.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Silences } from './mute/silences.ts';

const SPECIAL = /[\\.+*?()|[\]{}^$]/g;

export interface OnCallActionsOptions {
  readonly dispatcher: Pick<Dispatcher, 'find' | 'firingIn' | 'acknowledge' | 'mutesChanged'>;
  readonly silences: Pick<Silences, 'put'>;
  readonly clock: Clock;
  /** Writes down who did what. */
  readonly audit: (entry: AuditEntry) => void;
  /** Whether a remedy may be run for an alert. */
  readonly isOffered: (alertKey: string) => boolean;
  /** Runs it through the guard; answers with one line. @throws Failure */
  readonly runRemedy: (alertKey: string, by: Person) => Promise<string>;
}

/** What people do about incidents, with what it leads to written down by their names. */
export function createOnCallActions(options: OnCallActionsOptions): OnCallActions {
  const { dispatcher, silences, clock, audit } = options;

  function note(action: AuditEntry['action'], by: Person, subject: string, detail: string): void {
    audit({ at: clock.now(), by, action, subject, detail });
  }

  function open(key: string): Incident {
    const incident = dispatcher.find(key);
    if (incident !== undefined) return incident;
    throw new Failure(
      'not_found',
      'this incident is not open any more: there is nothing left to do about it',
    );
  }

  return {
    acknowledge(key, by) {
      return Promise.try(() => {
        const { summary } = open(key);
        dispatcher.acknowledge(key, { by, at: clock.now() });
        note('acknowledge', by, key, summary);
        return `acknowledged: ${summary}`;
      });
    },

    silence(key, forMs, by) {
      return Promise.try(() => {
        const { summary, groupLabels } = open(key);
        const startsAt = clock.now();
        const matchers = matchersFor(Object.keys(groupLabels), dispatcher.firingIn(key));
        const endsAt = startsAt + forMs;
        const { id } = silences.put({ matchers, startsAt, endsAt, createdBy: by.name, comment: summary });
        dispatcher.mutesChanged();
        note('silence', by, id, `${humanDuration(forMs)}: ${summary}`);
        return `silenced for ${humanDuration(forMs)}: ${summary}`;
      });
    },

    async runRemedy(key, by) {
      open(key);
      const alerts = dispatcher.firingIn(key);
      const alert =
        alerts.find((each) => options.isOffered(each.key)) ??
        alerts.find(({ annotations }) => annotations[ANNOTATIONS.remedy] !== undefined);
      if (alert === undefined) throw new Failure('not_found', 'no remedy is known for what fires here');
      const answer = await options.runRemedy(alert.key, by);
      note('run_remedy', by, key, answer);
      return answer;
    },
  };
}

/**
 * Matchers for these alerts and no others: by the labels that group them, rule and tenant. A label that one of them lacks
 * is left out. @throws Failure `invalid` when there is none
 */
export function matchersFor(groupedBy: readonly string[], alerts: readonly Alert[]): SilenceMatcher[] {
  const names = [...new Set([...groupedBy, 'alertname', 'tenant'])];
  const matchers = names.flatMap((name): SilenceMatcher[] => {
    const values = [...new Set(alerts.map(({ labels }) => labelValue(labels, name)))];
    const [value, ...others] = values;
    if (value === undefined || values.includes('')) return [];
    if (others.length === 0) return [{ name, value, isRegex: false, isEqual: true }];
    const alternatives = values.map((each) => each.replaceAll(SPECIAL, String.raw`\$&`)).join('|');
    return [{ name, value: alternatives, isRegex: true, isEqual: true }];
  });
  if (matchers.length > 0) return matchers;
  throw new Failure('invalid', 'nothing fires in this incident now: silence it by its labels instead');
}
