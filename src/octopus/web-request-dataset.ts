import { defineDataset } from '../model/dataset.ts';

/** Every request the server's web host logged. */
export const webRequestDataset = defineDataset({
  name: 'web_request',
  kind: 'event',
  help: 'Requests that the web host of an Octopus server answered.',
  dimensions: {
    method: { help: 'HTTP method; other for what is none.' },
    route: { help: 'Path with ids replaced: /api/{space}/tasks/{id}; other for what is no API route.' },
    status: { help: 'HTTP status code.' },
  },
  fields: {
    path: { type: 'keyword', help: 'Path as requested, without the query.' },
    user: { type: 'keyword', help: 'User name; <anonymous> without one; absent in old logs.' },
    host: { type: 'keyword', help: 'Host and port as requested.' },
    duration_seconds: { type: 'double', unit: 'seconds', help: 'Time to the answer.' },
  },
  derives: {
    octopus_web_requests_total: {
      type: 'counter',
      unit: 'none',
      help: 'Requests by method, route and status.',
      by: ['tenant', 'method', 'route', 'status'],
    },
    octopus_web_request_duration_seconds: {
      type: 'histogram',
      unit: 'seconds',
      help: 'Time requests took; the buckets 0.05 and 0.2 are the Apdex thresholds.',
      by: ['tenant'],
      of: 'duration_seconds',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30],
    },
  },
  rollup: {
    windowMs: 10_000,
    by: ['method', 'route', 'status'],
    of: { duration_seconds: [0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30] },
  },
  seriesLimit: 500,
});
