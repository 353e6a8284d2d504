import { ExportResultCode, type ExportResult } from '@opentelemetry/core';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Log } from '../model/ports.ts';
import type { SelfMetrics } from '../model/self-metrics.ts';

export interface OutcomeOptions {
  readonly log: Log;
  readonly metrics: SelfMetrics;
}

type Done = (result: ExportResult) => void;

/** The exporter, with its outcomes counted and their changes logged. */
export function countSpanExports(exporter: SpanExporter, options: OutcomeOptions): SpanExporter {
  const outcome = countOutcomes('traces', options);
  return {
    export: (spans, done) => exporter.export(spans, outcome(done)),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
    shutdown: () => exporter.shutdown(),
  };
}

/** As `countSpanExports`. */
export function countMetricExports(
  exporter: PushMetricExporter,
  options: OutcomeOptions,
): PushMetricExporter {
  const outcome = countOutcomes('metrics', options);
  return {
    export: (metrics, done) => exporter.export(metrics, outcome(done)),
    forceFlush: () => exporter.forceFlush(),
    shutdown: () => exporter.shutdown(),
  };
}

/** The error's text is not logged: it may quote what the receiver answered. */
function countOutcomes(signal: string, { log, metrics }: OutcomeOptions): (done: Done) => Done {
  let last = 'ok';
  return (done) => (result) => {
    const outcome = result.code === ExportResultCode.SUCCESS ? 'ok' : 'error';
    metrics.increment('octowatch_telemetry_exports_total', { signal, outcome });
    if (outcome !== last && outcome === 'ok') log.info({ signal }, 'telemetry is taken again');
    if (outcome !== last && outcome === 'error')
      log.warn({ signal, status: statusOf(result.error) }, 'telemetry was not taken');
    last = outcome;
    done(result);
  };
}

/** The HTTP status or the system's word (`ECONNREFUSED`) for it, where there is one. */
function statusOf(error: Error | undefined): string | number | undefined {
  const code: unknown = error !== undefined && 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? code : undefined;
}
