import type { Alert } from '../../model/alert.ts';
import type { Mute } from '../../model/on-call.ts';
import type { Route } from '../route.ts';
import type { Muter } from './muter.ts';

/** What mutes an alert on a route at one time, found out once however often it is asked. */
export function rememberedMutes(muter: Muter, now: number): (alert: Alert, route: Route) => readonly Mute[] {
  const known = new Map<Route, Map<string, readonly Mute[]>>();
  return (alert, route) => {
    const onRoute = known.get(route) ?? new Map<string, readonly Mute[]>();
    known.set(route, onRoute);
    const mutes = onRoute.get(alert.key) ?? muter.mutesOf(alert, route, now);
    onRoute.set(alert.key, mutes);
    return mutes;
  };
}
