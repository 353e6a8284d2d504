import { Hono } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { SelfMetrics } from '../model/self-metrics.ts';
import { access, type AccessOptions } from './access.ts';
import { countRequests } from './count-requests.ts';
import { serveAgent, type AgentSources } from './serve-agent.ts';

/** What an edge serves: probes, metrics, a reload. It has no pages and no alerts. */
export function createEdgeApp(
  sources: Omit<AgentSources, 'notReady'>,
  options: AccessOptions & { metrics: SelfMetrics },
): Hono {
  const app = new Hono();
  app.use(countRequests(options.metrics));
  app.use(secureHeaders());
  app.use(access(options));
  serveAgent(app, { ...sources, notReady: () => [] });
  return app;
}
