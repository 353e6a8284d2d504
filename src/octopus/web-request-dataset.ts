import { defineDataset } from '../model/dataset.ts';

/** What Apdex counts: requests that were served. Errors are counted by themselves. */
const SERVED = ['200', '201', '202', '203', '204', '205', '206'];
/**
 * Probes and pages that are answered from memory, and files of the web portal: they would hide what people wait for.
 * Octopus's own Apdex leaves them out as well ("How we use telemetry", Octopus blog).
 */
const NOT_WORK = [
  '/api/octopusservernodes/ping',
  '/api/serverstatus/health',
  '/api/serverstatus/hosted/external',
  '/api/serverstatus/hosted/internal',
  'other',
];

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
      help: 'Time requests took, whatever they asked for and were answered.',
      by: ['tenant'],
      of: 'duration_seconds',
      buckets: [0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30],
    },
    octopus_web_request_apdex_duration_seconds: {
      type: 'histogram',
      unit: 'seconds',
      help: 'Time served requests (2xx) took, without probes and static files: satisfied up to 0.05, tolerating up to 0.2.',
      by: ['tenant'],
      where: { status: SERVED },
      except: { route: NOT_WORK },
      of: 'duration_seconds',
      buckets: [0.05, 0.2],
    },
  },
  rollup: {
    windowMs: 10_000,
    by: ['method', 'route', 'status'],
    of: { duration_seconds: [0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5, 5, 10, 30] },
  },
  seriesLimit: 500,
});
