import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { resourceFromAttributes, type Resource } from '@opentelemetry/resources';
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type MetricProducer,
} from '@opentelemetry/sdk-metrics';
import { TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { Clock, Log } from '../model/ports.ts';
import type { SelfMetricFamily, SelfMetrics } from '../model/self-metrics.ts';
import type { Span, Tracer } from '../model/tracer.ts';
import { createSpanQueue } from './bounded-spans.ts';
import { countMetricExports, countSpanExports } from './export-outcomes.ts';
import { hrTime } from './hr-time.ts';
import { createOtlpExporters, type OtlpOptions } from './otlp-exporters.ts';
import { toMetricData } from './otlp-metrics.ts';

const SCOPE = { name: 'octowatch' };

export interface TelemetryOptions {
  readonly otlp: OtlpOptions;
  /** The share of spans that is sent, 0 to 1. */
  readonly sampleRatio: number;
  /** How often metrics are sent, ms. */
  readonly metricsIntervalMs: number;
  /** Who speaks: `service.name`, `service.instance.id`, …. */
  readonly resource: Readonly<Record<string, string>>;
  /** The agent's own metrics, read anew. */
  readonly families: () => Promise<readonly SelfMetricFamily[]>;
  /** When they began to count, ms since the epoch. */
  readonly since: number;
  readonly clock: Clock;
  readonly log: Log;
  /** Where it counts what the receiver took. */
  readonly metrics: SelfMetrics;
}

/** The agent's traces and metrics on their way to an OTLP receiver. */
export interface Telemetry {
  readonly tracer: Tracer;
  /** Sends what waits, and the last values; takes at most as long as one export. Never rejects. */
  close(): Promise<void>;
}

/** Starts to send. Nothing is registered globally: no library of the process becomes a source of spans by it. */
export async function startTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const exporters = await createOtlpExporters(options.otlp);
  const resource = resourceFromAttributes(options.resource);
  const { timeoutMs } = options.otlp;
  const traces = new TracerProvider({
    resource,
    sampler: new TraceIdRatioBasedSampler(options.sampleRatio),
    spanProcessors: [createSpanQueue(countSpanExports(exporters.spans, options), { ...options, timeoutMs })],
  });
  const meters = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({
        exporter: countMetricExports(exporters.metrics, options),
        exportIntervalMillis: options.metricsIntervalMs,
        exportTimeoutMillis: Math.min(timeoutMs, options.metricsIntervalMs),
        metricProducers: [producerOf(resource, options)],
      }),
    ],
  });
  const tracer = traces.getTracer(SCOPE.name);
  return {
    tracer: { record: (span) => record(tracer, span) },
    async close() {
      await Promise.allSettled([traces.shutdown(), meters.shutdown()]);
    },
  };
}

function record(tracer: ReturnType<TracerProvider['getTracer']>, span: Span): void {
  const { name, startedAt, endedAt, attributes, error, isRemote = false } = span;
  const kind = isRemote ? SpanKind.CLIENT : SpanKind.INTERNAL;
  const open = tracer.startSpan(name, { kind, startTime: hrTime(startedAt), attributes });
  if (error !== undefined) {
    open.setAttribute('error.type', error);
    open.setStatus({ code: SpanStatusCode.ERROR });
  }
  open.end(hrTime(endedAt));
}

function producerOf(resource: Resource, { families, since, clock }: TelemetryOptions): MetricProducer {
  return {
    async collect() {
      const metrics = toMetricData(await families(), { since, until: clock.now() });
      return { resourceMetrics: { resource, scopeMetrics: [{ scope: SCOPE, metrics }] }, errors: [] };
    },
  };
}
