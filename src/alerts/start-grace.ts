import type { Alert } from '../model/alert.ts';
import type { Mute } from '../model/on-call.ts';
import type { Muter } from './mute/muter.ts';
import type { Route } from './route.ts';

/**
 * A muter that knows that after a start the alerts which inhibit others come late: until every rule was evaluated once,
 * what could be inhibited waits, but never past `endsAt` (ms). Paging fails open.
 */
export function withStartGrace(muter: Muter, endsAt: number, isSettled: () => boolean): Muter {
  function mutesOf(alert: Alert, route: Route, now: number): readonly Mute[] {
    const mutes = muter.mutesOf(alert, route, now);
    if (mutes.length > 0 || now >= endsAt || isSettled() || !muter.couldInhibit(alert)) return mutes;
    const reason = 'may be inhibited: waits until every rule was evaluated since the start';
    return [{ kind: 'inhibition', id: 'start', reason, until: endsAt }];
  }
  return { ...muter, mutesOf };
}
