import { Hono, type MiddlewareHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { Failure, messageOf } from '../model/failure.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { access, type AccessOptions } from './access.ts';
import { overviewPage } from './overview-page.ts';
import { queryApi } from './query-api.ts';
import type { WebSources } from './sources.ts';

const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';
const NONE = ["'none'"];
/** The page has no script, no picture and no form: whatever slips into it can do nothing. */
const CONTENT_SECURITY_POLICY = {
  defaultSrc: NONE,
  styleSrc: ["'unsafe-inline'"],
  baseUri: NONE,
  formAction: NONE,
  frameAncestors: NONE,
};

/** Everything that is served over HTTP. */
export function createWebApp(sources: WebSources, options: AccessOptions & { metrics: SelfMetrics }): Hono {
  const app = new Hono();
  app.use(countRequests(options.metrics, () => new Set(app.routes.map(({ path }) => path))));
  app.use(secureHeaders({ contentSecurityPolicy: CONTENT_SECURITY_POLICY }));
  app.use(access(options));

  app.get('/', (context) => context.html(overviewPage(sources)));
  app.get('/-/healthy', (context) => context.text('octowatch is healthy\n'));
  app.get('/-/ready', (context) => {
    const missing = sources.notReady();
    return missing.length === 0
      ? context.text('octowatch is ready\n')
      : context.text(`not ready: ${missing.join(', ')}\n`, 503);
  });
  app.post('/-/reload', async (context) => {
    try {
      await sources.reload();
      return context.text('configuration reloaded\n');
    } catch (error) {
      const status = error instanceof Failure ? 400 : 500;
      return context.text(`the old configuration stays: ${messageOf(error)}\n`, status);
    }
  });
  app.get('/metrics', async (context) => {
    const fleet = context.req.query('fleet') === '1';
    return context.body(fleet ? sources.fleetMetrics() : await sources.ownMetrics(), 200, {
      'content-type': TEXT_FORMAT,
    });
  });
  app.route('/api/v1', queryApi(sources));
  return app;
}

/** Counts requests by route; a path that is no route is `other`, so that nobody can make series by asking. */
function countRequests(metrics: SelfMetrics, routes: () => ReadonlySet<string>): MiddlewareHandler {
  let known: ReadonlySet<string> | undefined;
  return async (context, next) => {
    await next();
    known ??= routes();
    const route = known.has(context.req.path) ? context.req.path : 'other';
    metrics.increment('octowatch_http_requests_total', { route, status: String(context.res.status) });
  };
}
