import type { Labels } from '../model/labels.ts';
import type { LiveAlert } from './alert-lifecycle.ts';
import type { Scope } from './missing-data.ts';
import type { SavedAlert } from './saved-alert.ts';

/** An alert with what its rule keeps of it. */
export interface TrackedAlert extends LiveAlert {
  /** The element's labels when it was last seen; absent after a restart, until it is seen. */
  source?: Labels;
  /** When its annotations were last rendered, ms; absent after a restart. */
  renderedAt?: number;
  /** Its value has changed since. */
  isBehind?: boolean;
  /** From before a restart, and its condition was not seen since: since when, ms. Told as a hold, and not saved. */
  unseenSince?: number | undefined;
  /** As it is saved and handed on; made anew when something of it changed, for its value not more often than it is rendered. */
  saved?: SavedAlert | undefined;
  /** Whose data it is about, as of when that was first asked: series of what is missing leave the head, and then nobody could tell. */
  scope?: Scope;
  /** Where its series begin in the frame of its rule's series. */
  place?: number | undefined;
}

/** The rule that an alert is of. */
export type AlertOwner = Pick<SavedAlert, 'group' | 'rule' | 'ruleKey' | 'expression' | 'threshold'>;

/** The alert as it is saved and handed on: the same object for as long as nothing changes. */
export function savedAlert(alert: TrackedAlert, owner: AlertOwner): SavedAlert {
  return (alert.saved ??= toSaved(alert, owner));
}

/** The alert with its value of now; the annotations may be of a value shortly before. */
export function currentAlert(alert: TrackedAlert, owner: AlertOwner): SavedAlert {
  const saved = savedAlert(alert, owner);
  return Object.is(saved.value, alert.value) ? saved : { ...saved, value: alert.value };
}

function toSaved(alert: TrackedAlert, { group, rule, ruleKey, ...condition }: AlertOwner): SavedAlert {
  const { key, labels, annotations, state, value, activeAt } = alert;
  const { firedAt, resolvedAt, heldSince = alert.unseenSince, keepFiringSince, scope } = alert;
  return {
    key,
    group,
    rule,
    ruleKey,
    labels,
    annotations,
    state,
    value,
    activeAt,
    ...condition,
    ...(firedAt === undefined ? {} : { firedAt }),
    ...(resolvedAt === undefined ? {} : { resolvedAt }),
    ...(heldSince === undefined ? {} : { heldSince }),
    ...(keepFiringSince === undefined ? {} : { keepFiringSince }),
    ...(scope === undefined || labels['tenant'] !== undefined ? {} : { scope }),
  };
}
