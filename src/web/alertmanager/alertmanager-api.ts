import { Hono } from 'hono';
import type { Clock } from '../../model/ports.ts';
import { alertRoutes } from './alert-routes.ts';
import { postAlerts } from './post-alerts.ts';
import { silenceRoutes } from './silence-routes.ts';
import type { AlertmanagerSources } from './sources.ts';
import { statusRoutes } from './status-routes.ts';

/** What is below `/api/v2`, as Alertmanager 0.34 has it: for amtool, karma and Prometheus servers. */
export function alertmanagerApi(
  sources: AlertmanagerSources & { readonly clock: Clock; readonly version: string },
): Hono {
  return new Hono()
    .route('/alerts', alertRoutes(sources))
    .route('/alerts', postAlerts(sources))
    .route('/', silenceRoutes(sources))
    .route('/', statusRoutes(sources));
}
