import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import { Failure, messageOf } from '../model/failure.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { access, type AccessOptions } from './access.ts';
import { overviewPage } from './overview-page.ts';
import { queryApi } from './query-api.ts';
import type { WebSources } from './sources.ts';

const TEXT_FORMAT = 'text/plain; version=0.0.4; charset=utf-8';

/** Everything that is served over HTTP. */
export function createWebApp(sources: WebSources, options: AccessOptions & { metrics: SelfMetrics }): Hono {
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    const { path } = context.req;
    const route = context.res.status === 404 ? 'other' : path;
    options.metrics.increment('octowatch_http_requests_total', { route, status: String(context.res.status) });
  });
  app.use(
    secureHeaders({ contentSecurityPolicy: { defaultSrc: ["'none'"], styleSrc: ["'unsafe-inline'"] } }),
  );
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
      return context.text(
        `the old configuration stays: ${messageOf(error)}\n`,
        error instanceof Failure ? 400 : 500,
      );
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
