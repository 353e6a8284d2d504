import type { MiddlewareHandler } from 'hono';
import type { SelfMetrics } from '../model/self-metrics.ts';

/** Counts requests by route; a path that is no route is `other`, so that nobody can make series by asking. */
export function countRequests(metrics: SelfMetrics, routes: () => ReadonlySet<string>): MiddlewareHandler {
  let known: ReadonlySet<string> | undefined;
  return async (context, next) => {
    await next();
    known ??= routes();
    const route = known.has(context.req.path) ? context.req.path : 'other';
    metrics.increment('octowatch_http_requests_total', { route, status: String(context.res.status) });
  };
}
