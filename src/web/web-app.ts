import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { access, type AccessOptions } from './access.ts';
import { alertmanagerApi } from './alertmanager/alertmanager-api.ts';
import { countRequests } from './count-requests.ts';
import { incidentApi } from './incident-api.ts';
import { logFailures } from './log-failures.ts';
import { overviewPage } from './overview-page.ts';
import { pageRoutes } from './pages/page-routes.ts';
import { prometheusApi } from './prometheus/prometheus-api.ts';
import { reportApi } from './report-api.ts';
import { serveAgent } from './serve-agent.ts';
import type { WebSources } from './sources.ts';

const NONE = ["'none'"];
const SELF = ["'self'"];
/** Pages have no script and no picture, and forms that lead to us alone: whatever slips into them can do nothing. */
const CONTENT_SECURITY_POLICY = {
  defaultSrc: NONE,
  styleSrc: ["'unsafe-inline'"],
  baseUri: NONE,
  formAction: SELF,
  frameAncestors: NONE,
};

/** Everything that is served over HTTP. */
export function createWebApp(
  sources: WebSources,
  options: AccessOptions & { readonly metrics: SelfMetrics; readonly log?: Log },
): Hono {
  const { clock, version } = sources;
  const app = new Hono().onError(logFailures(options.log));
  app.use(countRequests(options.metrics));
  // Without a referrer browsers say `Origin: null` of our own forms too.
  app.use(secureHeaders({ contentSecurityPolicy: CONTENT_SECURITY_POLICY, referrerPolicy: 'same-origin' }));
  app.use(access(options));

  app.get('/', (context) => context.html(overviewPage(sources)));
  serveAgent(app, sources);
  const prometheus = prometheusApi({ ...sources, metrics: options.metrics });
  app.route('/', pageRoutes(sources, options, prometheus));
  app.route('/api/v1', prometheus);
  app.route('/api/v2', alertmanagerApi({ ...sources.alertmanager, clock, version }));
  app.route('/api/octowatch/incidents', incidentApi(sources.alertmanager));
  app.route('/api/octowatch/report', reportApi(sources.report));
  return app;
}
