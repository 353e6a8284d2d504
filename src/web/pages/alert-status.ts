import { sayTime } from '../../alerts/mute/say-time.ts';
import { severityOf, type Alert } from '../../model/alert.ts';
import type { AlertView, Mute } from '../../model/on-call.ts';
import type { HealStatus } from '../../model/plan.ts';
import { stateOf, type TenantState } from '../tenant-state.ts';

/** Why nobody is told of an alert now. */
const QUIET = { silence: 'silenced', inhibition: 'inhibited', time_interval: 'muted' } as const;

type Quiet = (typeof QUIET)[Mute['kind']] | 'held' | 'folded';

/** How an alert is shown: a word, and why it is told or is not, with the moment at which that ends. */
export interface AlertStatus {
  readonly word: TenantState | Quiet | 'log';
  readonly isQuiet: boolean;
  readonly reason: string;
}

/** An alert's status; without a view, as it is known to the rules alone. */
export function alertStatus(
  alert: Alert,
  view: AlertView | undefined,
  heal: HealStatus | undefined,
  now: number,
): AlertStatus {
  if (view !== undefined) {
    const { mutes, heldUntil, foldedInto } = view;
    const [first] = mutes;
    if (first !== undefined)
      return quiet(QUIET[first.kind], mutes.map((mute) => whyMuted(mute, now)).join('; '));
    if (heldUntil !== undefined)
      return quiet(
        'held',
        [heal?.detail, `told at ${sayTime(heldUntil, now)} unless it is healed`]
          .join('; ')
          .replace(/^; /, ''),
      );
    if (foldedInto !== undefined) return quiet('folded', 'told together with others in one incident');
  }
  const word = severityOf(alert.labels) === 'log' ? 'log' : stateOf(alert, heal);
  return {
    word,
    isQuiet: false,
    reason: [heal?.detail, whyHeld(alert, now), whoIsTold(view)].filter(Boolean).join('; '),
  };
}

function quiet(word: Quiet, reason: string): AlertStatus {
  return { word, isQuiet: true, reason };
}

/** A silence says its end itself. */
function whyMuted({ kind, reason, until }: Mute, now: number): string {
  if (kind === 'silence') return reason;
  if (until !== undefined) return `${reason}, until ${sayTime(until, now)}`;
  return kind === 'inhibition' ? `${reason}; told when that one ends first` : reason;
}

function whyHeld({ heldSince }: Alert, now: number): string {
  return heldSince === undefined
    ? ''
    : `no data since ${sayTime(heldSince, now)}: what was known last is kept`;
}

function whoIsTold(view: AlertView | undefined): string {
  if (view === undefined) return '';
  const { receivers, isProcessed } = view;
  if (receivers.length === 0) return 'no receiver: nobody is told';
  return isProcessed
    ? `routed to ${receivers.join(', ')}`
    : `waits for others of its group, then ${receivers.join(', ')}`;
}
