import type { MiddlewareHandler } from 'hono';
import { routePath } from 'hono/route';
import type { SelfMetrics } from '../model/self-metrics.ts';

/** Counts requests by route; a path that is no route is `other`, so that nobody can make series by asking. */
export function countRequests(metrics: SelfMetrics): MiddlewareHandler {
  return async (context, next) => {
    await next();
    const last = routePath(context, -1);
    // Only what is for every path matched.
    const route = last.includes('*') ? 'other' : last;
    metrics.increment('octowatch_http_requests_total', { route, status: String(context.res.status) });
  };
}
