import type { Alert } from '../../model/alert.ts';
import type { AlertView } from '../../model/on-call.ts';
import type { WebSources } from '../sources.ts';

/** What fires: alerts of our own rules and those that others posted, with what routing says of them. */
export function firingNow({ alerts, onCall }: Pick<WebSources, 'alerts' | 'onCall'>): {
  alerts: readonly Alert[];
  views: readonly AlertView[];
} {
  const own = alerts().filter(({ state }) => state === 'firing');
  const known = new Set(own.map(({ key }) => key));
  const views = onCall.dispatcher.alerts();
  return { alerts: [...own, ...views.map(({ alert }) => alert).filter(({ key }) => !known.has(key))], views };
}
