import { RESOLVE_TIMEOUT_MS } from '../../alerts/received-alerts.ts';
import { fingerprintOf } from '../../model/fingerprint.ts';
import type { AlertView } from '../../model/on-call.ts';
import type { Clock } from '../../model/ports.ts';
import type { AlertOutlook } from './alert-json.ts';
import type { AlertmanagerSources } from './sources.ts';

/** What stands around the alerts of one answer. */
export function outlookOf(
  { clock, config, externalUrl }: Pick<AlertmanagerSources, 'config' | 'externalUrl'> & { clock: Clock },
  views: readonly AlertView[],
): AlertOutlook {
  let alerts: ReadonlyMap<string, AlertView> | undefined;
  return {
    now: clock.now(),
    resolveTimeoutMs: config().global.resolve_timeout ?? RESOLVE_TIMEOUT_MS,
    externalUrl: externalUrl().replace(/\/+$/, ''),
    fingerprintFor(key) {
      alerts ??= new Map(views.map((view) => [view.alert.key, view]));
      const view = alerts.get(key);
      return view === undefined ? undefined : fingerprintOf(view.alert.labels);
    },
  };
}
