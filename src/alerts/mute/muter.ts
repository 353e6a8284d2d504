import type { Alert } from '../../model/alert.ts';
import type { Mute } from '../../model/on-call.ts';
import type { Route } from '../route.ts';

/** Says why an alert is not to be told on a route now. Asked for every firing alert whenever its group is looked at. */
export interface Muter {
  /** Empty when it is to be told. */
  mutesOf(alert: Alert, route: Route, now: number): readonly Mute[];
  /** Whether there is a rule by which another alert could inhibit this one: after a start its first page waits for that one. */
  couldInhibit(alert: Alert): boolean;
  /** Takes an alert that began or ended: it may inhibit others. */
  take(alert: Alert): void;
}
