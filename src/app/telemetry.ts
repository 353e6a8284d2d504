import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { parseHeaderLines } from '../config/header-lines.ts';
import type { Config } from '../config/schema.ts';
import type { Clock, Log } from '../model/ports.ts';
import { NO_TRACER } from '../model/tracer.ts';
import { PROCESS_STARTED_AT } from '../system/process-usage.ts';
import type { Telemetry } from '../telemetry/start-telemetry.ts';
import type { PrometheusMetrics } from '../web/prometheus-metrics.ts';

interface TelemetryContext {
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: PrometheusMetrics;
  readonly version: string;
}

const NONE: Telemetry = { tracer: NO_TRACER, close: () => Promise.resolve() };

/** Telemetry as configured; nothing of OpenTelemetry is loaded where it is not. */
export async function openTelemetry(config: Config, context: TelemetryContext): Promise<Telemetry> {
  const { telemetry } = config;
  if (telemetry === undefined) return NONE;
  const { startTelemetry } = await import('../telemetry/start-telemetry.ts');
  const { endpoint, protocol, headers = '', timeout } = telemetry.otlp;
  return startTelemetry({
    ...context,
    otlp: { endpoint, protocol, headers: parseHeaderLines(headers) ?? {}, timeoutMs: timeout },
    sampleRatio: telemetry.traces.sample_ratio,
    metricsIntervalMs: telemetry.metrics.interval,
    resource: resourceOf(config, context.version),
    families: context.metrics.families,
    since: PROCESS_STARTED_AT * 1000,
  });
}

/** OpenTelemetry's semantic conventions for who speaks; labels of this agent come with it. */
function resourceOf({ namespace, role, external_labels }: Config, version: string): Record<string, string> {
  return {
    ...external_labels,
    'service.name': 'octowatch',
    'service.version': version,
    'service.instance.id': randomUUID(),
    'deployment.environment.name': namespace,
    'host.name': hostname(),
    'octowatch.role': role,
  };
}
