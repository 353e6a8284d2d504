import type { Inhibitor } from './inhibitor.ts';
import type { Muter } from './muter.ts';
import type { Silences } from './silences.ts';
import type { TimeIntervals } from './time-intervals.ts';

/** What mutes alerts. */
export interface MuterParts {
  readonly silences: Pick<Silences, 'mutesOf'>;
  readonly inhibitor: Pick<Inhibitor, 'mutesOf' | 'isTarget' | 'set'>;
  readonly timeIntervals: Pick<TimeIntervals, 'mutesOf'>;
}

/** A muter by silences, inhibition and time intervals: all that mute an alert are named. */
export function createMuter({ silences, inhibitor, timeIntervals }: MuterParts): Muter {
  return {
    mutesOf: (alert, route, now) => [
      ...silences.mutesOf(alert),
      ...inhibitor.mutesOf(alert),
      ...timeIntervals.mutesOf(route, now),
    ],
    couldInhibit: (alert) => inhibitor.isTarget(alert),
    take: (alert) => inhibitor.set(alert),
  };
}
