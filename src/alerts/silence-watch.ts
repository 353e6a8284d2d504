import type { Alert } from '../model/alert.ts';
import { matchesAll } from '../model/matcher.ts';
import type { SilenceEnd } from '../model/silence.ts';
import { toMatcher } from './mute/silence-matchers.ts';
import type { Silences } from './mute/silences.ts';

/** An alert that a silence muted and that still fires when it has ended, with what its receivers are told of that. */
export interface Unsilenced {
  readonly alert: Alert;
  readonly note: string;
}

/** Ends silences whose alerts are over, and finds the alerts of those that ended too early. */
export function settleSilences(silences: Silences, firing: () => Iterable<Alert>): Unsilenced[] {
  return silences.settle(firing()).flatMap((end) => {
    const note = silenceNote(end);
    const matchers = end.silence.matchers.map(toMatcher);
    return [...firing()].flatMap((alert) => (matchesAll(matchers, alert.labels) ? [{ alert, note }] : []));
  });
}

/** `the silence of jo (upgrade) ended at 05:00, still firing`, in UTC. */
function silenceNote({ silence: { createdBy, comment }, endedAt }: SilenceEnd): string {
  const reason = comment === '' ? '' : ` (${comment})`;
  const at = new Date(endedAt).toISOString().slice(11, 16);
  return `the silence of ${createdBy}${reason} ended at ${at}, still firing`;
}
